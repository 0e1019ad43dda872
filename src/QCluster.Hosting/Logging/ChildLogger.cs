using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Logging;

/// <summary>Logs to the sentinel, which logs the entry unchanged.</summary>
internal sealed class ChildLogger(ChildLog log, string category, IExternalScopeProvider? scopes = null) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => scopes?.Push(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        log.Write(logLevel, category, eventId, state, exception, formatter, scopes);
}
