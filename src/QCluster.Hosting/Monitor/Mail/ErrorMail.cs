namespace QCluster.Hosting.Monitor.Mail;

/// <summary>One mail to all recipients of error mails.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text.</param>
internal sealed record ErrorMail(string Subject, string Body);
