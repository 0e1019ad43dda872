using QCluster.Hosting;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Settings;
using QCluster.Mail;

namespace QCluster.IntegrationTests.Mail;

/// <summary>Senders as a monitor makes them, from the settings of its cluster.</summary>
public abstract class MailFixture
{
    internal static readonly ErrorMail Sample = new("Naïve subject – ✓", "Grüße,\n\n.a line with a dot in front\nend\n");

    internal static SmtpSender Sender(string smtp, TimeProvider? time = null, params string[] to)
    {
        var options = new ClusterOptions { Smtp = smtp, ErrorMailFrom = "Cluster <q@example.org>" };
        foreach (var address in to.Length > 0 ? to : ["a@example.org", "b@example.org"])
            options.ErrorMailTo.Add(address);
        return new SmtpSender(MailSettings.Read(options)!, time ?? TimeProvider.System);
    }

    internal static async Task<MailException> FailureAsync(SmtpSender sender)
    {
        await using (sender)
            return (await Assert.ThrowsAsync<MailException>(async () => await sender.SendAsync(Sample, CancellationToken.None)))!;
    }

    internal static Dictionary<string, string> Answers(string key, string answer) => new(StringComparer.Ordinal) { [key] = answer };
}
