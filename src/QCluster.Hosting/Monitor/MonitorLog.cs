using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Monitor;

internal static partial class MonitorLog
{
    [LoggerMessage(3001, LogLevel.Warning, "Saving {Count} outcomes failed and is tried again; their workers keep them: {Problem}")]
    public static partial void AckFailed(ILogger logger, int count, string problem);

    [LoggerMessage(3002, LogLevel.Warning, "Outcomes of worker {Incarnation} were refused: it had been declared dead and its tasks given to others")]
    public static partial void Fenced(ILogger logger, string incarnation);

    [LoggerMessage(3003, LogLevel.Error, "A worker's connection was closed, because of what it sent: {Problem}")]
    public static partial void WorkerRefused(ILogger logger, string problem);
}
