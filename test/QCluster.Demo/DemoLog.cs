using Microsoft.Extensions.Logging;

namespace QCluster.Demo;

internal static partial class DemoLog
{
    [LoggerMessage(1, LogLevel.Information, "{Text}")]
    public static partial void Said(ILogger logger, string text);
}
