using Microsoft.Extensions.Logging;

namespace QCluster.Demo;

internal static partial class OddLog
{
    [LoggerMessage(901, LogLevel.Error, "Could not write {Document}")]
    public static partial void Failed(ILogger logger, Exception exception, string document);

    [LoggerMessage(902, LogLevel.Information, "Entry {Number} {Text}")]
    public static partial void Flooded(ILogger logger, int number, string text);
}
