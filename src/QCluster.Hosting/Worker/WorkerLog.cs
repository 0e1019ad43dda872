using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Worker;

internal static partial class WorkerLog
{
    [LoggerMessage(4001, LogLevel.Warning, "The sentinel is gone and tasks were not done after the grace of {Seconds} s; they will run again elsewhere")]
    public static partial void LeavingUnfinished(ILogger logger, double seconds);
}
