using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace QCluster.Hosting.Logging;

/// <summary>
/// What a worker of a user's program writes to its console goes to the sentinel, whose console it is: there it is written as the program's
/// own formatter does it. The worker's console writes nothing.
/// </summary>
internal sealed class ChildConsoleFormatter(ChildLog log) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "qcluster";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter) =>
        log.Write(logEntry.LogLevel, logEntry.Category, logEntry.EventId, logEntry.State, logEntry.Exception, logEntry.Formatter ?? (static (state, _) => $"{state}"), scopeProvider);
}
