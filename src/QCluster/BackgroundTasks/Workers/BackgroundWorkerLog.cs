using Microsoft.Extensions.Logging;

namespace QCluster.BackgroundTasks.Workers;

internal static partial class BackgroundWorkerLog
{
    [LoggerMessage(5001, LogLevel.Information, "Background worker {Name} has started")]
    public static partial void Started(ILogger logger, string name);

    [LoggerMessage(5002, LogLevel.Information, "Background worker {Name} has stopped after {Runs} runs")]
    public static partial void Stopped(ILogger logger, string name, long runs);

    [LoggerMessage(5003, LogLevel.Error, "A run of background worker {Name} failed")]
    public static partial void RunFailed(ILogger logger, string name, Exception error);
}
