using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Logging;

internal static partial class ChildLogEvents
{
    [LoggerMessage(1201, LogLevel.Warning, "{Count} log entries of the cluster's processes were dropped: they came faster than they could be written")]
    public static partial void LeftOut(ILogger logger, long count);

    [LoggerMessage(1202, LogLevel.Warning, "A log entry of {Process} could not be logged: {Type}: {Problem}")]
    public static partial void NotLogged(ILogger logger, string process, string type, string problem);
}
