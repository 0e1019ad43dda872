using Microsoft.Extensions.Logging;
using QCluster.Hosting.Roles;

namespace QCluster.Tool.Start;

/// <summary>The cluster's log: one line an entry on stderr, since stdout is for data.</summary>
internal sealed class StderrLines(LogLevel least, LogFormat format) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Lines(least, format);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Lines(LogLevel least, LogFormat format) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            Console.Error.WriteLine(format == LogFormat.Text ? Text(logLevel, formatter(state, exception), exception) : ChildEntryOf(state) ?? JsonLogEntry.Write(logLevel, eventId, null, state, formatter(state, exception), exception, null, "sentinel"));
        }

        /// <summary>What a process of the cluster has written is an entry already.</summary>
        private static string? ChildEntryOf<TState>(TState state) =>
            state is IReadOnlyList<KeyValuePair<string, object?>> values && values.FirstOrDefault(v => v.Key == "Line").Value is string line && line.StartsWith(JsonLogEntry.Beginning, StringComparison.Ordinal) ? line : null;

        private static string Text(LogLevel logLevel, string text, Exception? exception)
        {
            var level = logLevel switch
            {
                LogLevel.Trace => "trace",
                LogLevel.Debug => "debug",
                LogLevel.Information => "info ",
                LogLevel.Warning => "warn ",
                _ => "ERROR",
            };
            return $"{DateTimeOffset.Now:HH:mm:ss.fff} {level} {text}{(exception is null ? "" : " " + exception)}";
        }
    }
}
