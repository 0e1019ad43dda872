using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Composition;

internal static partial class SentinelServiceLog
{
    [LoggerMessage(1101, LogLevel.Critical, "The cluster cannot run; the program stops: {Problem}")]
    public static partial void CannotWork(ILogger logger, string problem, Exception? error);

    [LoggerMessage(1102, LogLevel.Warning, "Hot reload has changed the code of this process, but not of its workers: they are processes of their own and run the code as it was built. Restart the program for them (Ctrl+R in dotnet watch), or use dotnet watch --no-hot-reload.")]
    public static partial void HotReloaded(ILogger logger);
}
