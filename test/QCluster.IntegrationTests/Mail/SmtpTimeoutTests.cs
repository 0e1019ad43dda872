using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using QCluster.Hosting.Monitor.Mail;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Mail;

/// <summary>Servers that stop to answer. The clock runs ahead, so that no test waits for it.</summary>
public sealed class SmtpTimeoutTests : MailFixture
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The error, and by how much the clock had to be put forward for it.</summary>
    private static async Task<(MailException Error, TimeSpan After)> TimeOutAsync(string smtp, Task stalled)
    {
        var time = new FakeTimeProvider();
        var began = time.GetUtcNow();
        await using var sender = Sender(smtp, time);
        var sending = sender.SendAsync(Sample, CancellationToken.None);
        await stalled.WaitAsync(TimeSpan.FromSeconds(30));
        // The connection is accepted a moment before the step begins that waits for a greeting.
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        Assert.That(sending.IsCompleted, Is.False, "it waits");
        time.Advance(Limit - TimeSpan.FromMilliseconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        Assert.That(sending.IsCompleted, Is.False, "it waits for the whole of its limit");
        time.Advance(TimeSpan.FromMilliseconds(1));
        var error = (await Assert.ThrowsAsync<MailException>(async () => await sending.WaitAsync(TimeSpan.FromSeconds(10))))!;
        return (error, time.GetUtcNow() - began);
    }

    [TestCase("smtp", "smtps://")]
    [TestCase("smtps", "?starttls=required")]
    public async Task A_server_that_sends_no_greeting_times_out(string scheme, string remedy)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var accepted = silent.AcceptSocketAsync();
        var (error, after) = await TimeOutAsync($"{scheme}://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}", accepted);
        (await accepted).Dispose();
        Assert.That(after, Is.EqualTo(Limit));
        Assert.That(error.Message, Does.Contain("accepted the connection but did not complete its greeting within 10 s").And.Contain(remedy));
    }

    [Test]
    public async Task A_server_that_does_not_answer_the_login_times_out()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions { Stall = "auth" });
        var (error, _) = await TimeOutAsync($"smtp://ops:pass%2Fword@127.0.0.1:{server.Port}", server.Stalled);
        Assert.That(error.Message, Does.Contain("did not answer the login within 10 s"));
    }

    [Test]
    public async Task A_server_that_does_not_accept_the_mail_times_out()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions { Stall = "data" });
        var (error, _) = await TimeOutAsync($"smtp://127.0.0.1:{server.Port}", server.Stalled);
        Assert.That(error.Message, Does.Contain("did not take the mail within 10 s"));
    }
}
