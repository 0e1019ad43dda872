using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Monitor;

internal static partial class MonitorLog
{
    [LoggerMessage(3001, LogLevel.Warning, "Saving {Count} outcomes failed; retrying. Their workers keep them: {Problem}")]
    public static partial void AckFailed(ILogger logger, int count, string problem);

    [LoggerMessage(3002, LogLevel.Warning, "Outcomes of worker {Incarnation} were refused: it had been declared dead and its tasks given to others")]
    public static partial void Fenced(ILogger logger, string incarnation);

    [LoggerMessage(3003, LogLevel.Error, "A worker's connection was closed because it sent invalid data: {Problem}")]
    public static partial void WorkerRefused(ILogger logger, string problem);

    [LoggerMessage(3004, LogLevel.Warning, "Outbox of queue {Queue} could not be processed; retrying: {Problem}")]
    public static partial void OutboxFailed(ILogger logger, string queue, string problem);

    [LoggerMessage(3005, LogLevel.Error, "An entry in the outbox of queue {Queue} was discarded: {Problem}")]
    public static partial void OutboxRefused(ILogger logger, string queue, string problem);

    [LoggerMessage(3006, LogLevel.Warning, "Records cannot be saved in the database; they wait in Redis: {Problem}")]
    public static partial void ArchiveFailed(ILogger logger, string problem);

    [LoggerMessage(3007, LogLevel.Information, "Records are being saved in the database again")]
    public static partial void ArchiveBack(ILogger logger);

    [LoggerMessage(3008, LogLevel.Error, "The record of task {Id} cannot be saved in the database: {Problem}")]
    public static partial void ArchiveRefused(ILogger logger, string id, string problem);

    [LoggerMessage(3009, LogLevel.Warning, "Records of ended groups and chains of queue {Queue} could not be released; retrying: {Problem}")]
    public static partial void ReleaseFailed(ILogger logger, string queue, string problem);
}
