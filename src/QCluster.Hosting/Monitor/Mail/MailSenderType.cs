namespace QCluster.Hosting.Monitor.Mail;

/// <summary>Among the services of a program: the implementation of <see cref="IMailSender"/> that its cluster uses.</summary>
internal sealed record MailSenderType(Type Type);
