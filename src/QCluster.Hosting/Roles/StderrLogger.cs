using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Roles;

/// <summary>A child's log: lines on stderr, which the sentinel reads and passes on. What a task logs is told with its id and its function.</summary>
internal sealed class StderrLogger(string? category = null, IExternalScopeProvider? scopes = null) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => scopes?.Push(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        Console.Error.WriteLine(LogFormats.Own == LogFormat.Json
            ? JsonLogEntry.Write(logLevel, eventId, category, state, formatter(state, exception), exception, scopes, ChildEnvironment.Current is { } own ? $"{own.Role.ToString().ToLowerInvariant()} {own.Ordinal}" : null)
            : Line(logLevel, formatter(state, exception), exception));
    }

    private string Line(LogLevel logLevel, string text, Exception? exception)
    {
        if (exception is not null)
            text = $"{text} {exception}";
        var within = new List<string>();
        scopes?.ForEachScope(static (scope, within) => within.Add($"{scope}"), within);
        return $"{logLevel}: {(category is null ? "" : category + ": ")}{text.ReplaceLineEndings(" | ")}{(within.Count == 0 ? "" : $" [{string.Join(", ", within)}]")}";
    }
}
