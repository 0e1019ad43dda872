using Microsoft.Extensions.Logging;

namespace QCluster.Execution.Functions;

internal static partial class FunctionLog
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Warning, Message = "The task function {Function} failed, and its services could not be disposed either")]
    public static partial void DisposalFailed(ILogger logger, Exception exception, string function);
}
