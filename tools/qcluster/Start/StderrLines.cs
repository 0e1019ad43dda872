using Microsoft.Extensions.Logging;
using QCluster.Hosting.Logging;

namespace QCluster.Tool.Start;

/// <summary>The cluster's log: one line an entry on stderr, since stdout is for data.</summary>
internal sealed class StderrLines(LogLevel least, LogFormat format) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Lines(categoryName, least, format);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Lines(string category, LogLevel least, LogFormat format) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = formatter(state, exception);
            // What a process of the cluster has logged comes with all that was around it there.
            var child = state as ChildLogEntry;
            Console.Error.WriteLine(format == LogFormat.Json
                ? JsonLogEntry.Write(logLevel, eventId, child is null ? null : category, state, text, exception, child?.Scopes, child?.Process ?? "sentinel")
                : child is null ? Text(logLevel, text, exception) : Text(logLevel, $"{child.Process} {category}: {text.ReplaceLineEndings(" | ")}", exception) + ScopesOf(child));
        }

        private static string ScopesOf(ChildLogEntry entry) => entry.Scopes.Count == 0 ? "" : $" [{string.Join(", ", entry.Scopes)}]";

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
            return $"{DateTimeOffset.Now:HH:mm:ss.fff} {level} {text}{(exception is null ? "" : " " + exception.ToString().ReplaceLineEndings(" | "))}";
        }
    }
}
