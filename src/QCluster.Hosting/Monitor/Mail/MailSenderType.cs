namespace QCluster.Hosting.Monitor.Mail;

/// <summary>The implementation of <see cref="IMailSender"/> among the services of a program, for its cluster.</summary>
internal sealed record MailSenderType(Type Type);
