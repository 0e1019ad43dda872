using Microsoft.Extensions.DependencyInjection.Extensions;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Mail;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a program that hosts a cluster send error mails.</summary>
public static class QClusterMailServiceCollectionExtensions
{
    /// <summary>
    /// Lets the cluster of <c>AddQClusterWorker</c> send its error mails over SMTP. The settings <c>smtp</c> and <c>error_mail_to</c> determine whether and where they are sent
    /// (<c>ClusterOptions.Smtp</c>, <c>ClusterOptions.ErrorMailTo</c>); without <c>smtp</c> this call changes nothing. It may precede or follow <c>AddQClusterWorker</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQClusterMail(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(new MailSenderType(typeof(SmtpSender)));
        return services;
    }
}
