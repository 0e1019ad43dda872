using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Roles;

/// <summary>A child's log: lines on stderr, which the sentinel reads and passes on.</summary>
internal sealed class StderrLogger(string? category = null) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var text = formatter(state, exception);
        if (exception is not null)
            text = $"{text} {exception}";
        Console.Error.WriteLine($"{logLevel}: {(category is null ? "" : category + ": ")}{text.ReplaceLineEndings(" | ")}");
    }
}
