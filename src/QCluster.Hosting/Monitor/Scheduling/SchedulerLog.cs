using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Monitor.Scheduling;

internal static partial class SchedulerLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The schedules of the queue {Queue} could not be looked at, and will be in a moment: {Problem}")]
    public static partial void Failed(ILogger logger, string queue, string problem);

    [LoggerMessage(3102, LogLevel.Error, "The schedule {Name} of the queue {Queue} cannot be read by this cluster, which leaves it to others: {Problem}")]
    public static partial void Unreadable(ILogger logger, string name, string queue, string problem);

    [LoggerMessage(3103, LogLevel.Information, "The schedule {Name} left out its occurrence {Occurrence:o}, as the task of the one before has not ended.")]
    public static partial void Skipped(ILogger logger, string name, DateTimeOffset occurrence);

    [LoggerMessage(3104, LogLevel.Warning, "The schedule {Name} of the queue {Queue} rests: no running cluster has its class any more. It goes on with one that has; 'qcluster schedule remove {Name}' takes it away.")]
    public static partial void Rests(ILogger logger, string name, string queue);
}
