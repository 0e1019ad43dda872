using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Monitor.Mail;

internal static partial class MailLog
{
    [LoggerMessage(3201, LogLevel.Error, "Error mails could not be sent through {Server}; retrying in a few seconds: {Problem}")]
    public static partial void NotSent(ILogger logger, string server, string problem);

    [LoggerMessage(3202, LogLevel.Error, "The error mail '{Subject}' was refused and is not sent again: {Problem}")]
    public static partial void Refused(ILogger logger, string subject, string problem);

    [LoggerMessage(3203, LogLevel.Warning, "The error mail '{Subject}' was sent, but not to all recipients: {Problem}")]
    public static partial void RecipientsRefused(ILogger logger, string subject, string problem);

    [LoggerMessage(3204, LogLevel.Warning, "No error mail is sent about the task {Id}, because its record cannot be read: {Problem}")]
    public static partial void Unreadable(ILogger logger, string id, string problem);
}
