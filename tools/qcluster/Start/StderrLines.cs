using Microsoft.Extensions.Logging;

namespace QCluster.Tool.Start;

/// <summary>The cluster's log: one line an entry on stderr, since stdout is for data.</summary>
internal sealed class StderrLines(LogLevel least) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Lines(least);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Lines(LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var level = logLevel switch
            {
                LogLevel.Trace => "trace",
                LogLevel.Debug => "debug",
                LogLevel.Information => "info ",
                LogLevel.Warning => "warn ",
                _ => "ERROR",
            };
            Console.Error.WriteLine($"{DateTimeOffset.Now:HH:mm:ss.fff} {level} {formatter(state, exception)}{(exception is null ? "" : " " + exception)}");
        }
    }
}
