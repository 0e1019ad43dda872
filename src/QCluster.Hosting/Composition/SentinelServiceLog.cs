using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Composition;

internal static partial class SentinelServiceLog
{
    [LoggerMessage(1101, LogLevel.Critical, "The cluster cannot work and the program stops: {Problem}")]
    public static partial void CannotWork(ILogger logger, string problem, Exception? error);
}
