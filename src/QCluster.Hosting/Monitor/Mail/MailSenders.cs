using QCluster.Hosting.Settings;

namespace QCluster.Hosting.Monitor.Mail;

/// <summary>Finds what sends the mails of a cluster.</summary>
internal static class MailSenders
{
    /// <exception cref="InvalidSettingException">Mails are configured, but the program cannot send them.</exception>
    public static void Require(ClusterOptions options)
    {
        if (!string.IsNullOrEmpty(options.Smtp) && options.MailSender is null)
            throw new InvalidSettingException("smtp", null, "add the package QCluster.Mail to the program and call services.AddQClusterMail(), or leave smtp out");
    }

    public static IMailSender Open(MailSettings mail, TimeProvider time) =>
        (IMailSender)Activator.CreateInstance(Type.GetType(mail.Sender!, throwOnError: true)!, mail, time)!;
}
