using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Mail;

internal static partial class MailLog
{
    [LoggerMessage(3201, LogLevel.Error, "Error mails could not be sent through {Host}:{Port}, and will be tried again in a few seconds: {Problem}")]
    public static partial void NotSent(ILogger logger, string host, int port, string problem);
}
