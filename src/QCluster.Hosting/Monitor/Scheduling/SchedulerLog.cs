using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Monitor.Scheduling;

internal static partial class SchedulerLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The schedules of queue {Queue} could not be read; retrying: {Problem}")]
    public static partial void Failed(ILogger logger, string queue, string problem);

    [LoggerMessage(3102, LogLevel.Error, "This cluster cannot read the schedule {Name} of queue {Queue} and leaves it to other clusters: {Problem}")]
    public static partial void Unreadable(ILogger logger, string name, string queue, string problem);

    [LoggerMessage(3103, LogLevel.Information, "The schedule {Name} skipped its occurrence {Occurrence:o}, because the task of the previous one has not ended.")]
    public static partial void Skipped(ILogger logger, string name, DateTimeOffset occurrence);

    [LoggerMessage(3104, LogLevel.Warning, "The schedule {Name} of queue {Queue} is suspended: no running cluster has its class. It continues when one has it; 'qcluster schedule remove {Name}' removes it.")]
    public static partial void Rests(ILogger logger, string name, string queue);
}
