using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace QCluster.Hosting.Logging;

/// <summary>
/// Sends the console output of a worker of a user's program to the sentinel, which writes it to its own console with the program's
/// formatter. The worker's console writes nothing.
/// </summary>
internal sealed class ChildConsoleFormatter(ChildLog log) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "qcluster";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter) =>
        log.Write(logEntry.LogLevel, logEntry.Category, logEntry.EventId, logEntry.State, logEntry.Exception, logEntry.Formatter ?? (static (state, _) => $"{state}"), scopeProvider);
}
