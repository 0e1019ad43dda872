using QCluster.Launching.Servers;
using QCluster.Hosting.Monitor.Mail;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Mail;

/// <summary>What a real mail server gets, and what it answers.</summary>
public sealed class SmtpSenderTests : MailFixture
{
    [Test]
    public async Task A_mail_arrives_as_it_was_written()
    {
        await using var server = await MailServer.StartAsync();
        await using (var sender = Sender($"smtp://127.0.0.1:{server.Port}"))
            Assert.That(await sender.SendAsync(Sample, CancellationToken.None), Is.Empty);
        var mail = (await server.MailsAsync(1)).Single();
        Assert.Multiple(() =>
        {
            Assert.That((mail.From, mail.Subject, mail.User, mail.Encrypted), Is.EqualTo(("q@example.org", Sample.Subject, (string?)null, false)));
            Assert.That(mail.To, Is.EqualTo(new[] { "a@example.org", "b@example.org" }));
            Assert.That(mail.Body.ReplaceLineEndings("\n"), Is.EqualTo(Sample.Body));
            Assert.That(mail.AutoSubmitted, Is.EqualTo("auto-generated"));
        });
    }

    [Test]
    public async Task Several_mails_go_over_one_connection()
    {
        await using var server = await MailServer.StartAsync();
        await using var sender = Sender($"smtp://127.0.0.1:{server.Port}");
        for (var i = 0; i < 3; i++)
            await sender.SendAsync(Sample, CancellationToken.None);
        Assert.That((await server.MailsAsync(3)).Select(m => m.ClientPort).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task User_and_password_are_percent_decoded()
    {
        await using var server = await MailServer.StartAsync();
        await using (var sender = Sender($"smtp://ops%40example.org:pass%2Fword@127.0.0.1:{server.Port}"))
            await sender.SendAsync(Sample, CancellationToken.None);
        Assert.That((await server.MailsAsync(1)).Single().User, Is.EqualTo("ops@example.org"));
    }

    [Test]
    public async Task A_wrong_password_is_reported_without_it()
    {
        await using var server = await MailServer.StartAsync();
        var error = await FailureAsync(Sender($"smtp://ops:topsecret@127.0.0.1:{server.Port}"));
        Assert.That(error.Message, Does.Contain($"127.0.0.1:{server.Port}").And.Contain("the user 'ops'").And.Contain("535"));
        Assert.That(error.ToString(), Does.Not.Contain("topsecret"));
        Assert.That((error.IsRefused, server.Mails.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public async Task A_server_without_login_says_what_to_leave_out()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions { LoginOnlyOverTls = true });
        var error = await FailureAsync(Sender($"smtp://ops:topsecret@127.0.0.1:{server.Port}"));
        Assert.That(error.Message, Does.Contain("offers no login").And.Contain("starttls=required").And.Contain("leave user and password out"));
    }

    [Test]
    public async Task A_refused_recipient_does_not_affect_the_others()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions { Refused = Answers("a@example.org", "550 5.1.1 No such user") });
        await using var sender = Sender($"smtp://127.0.0.1:{server.Port}");
        Assert.That(await sender.SendAsync(Sample, CancellationToken.None), Is.EqualTo(new[] { "a@example.org: 550 5.1.1 No such user" }));
        Assert.That((await server.MailsAsync(1)).Single().To, Is.EqualTo(new[] { "b@example.org" }));
    }

    [Test]
    public async Task An_invalid_address_is_named()
    {
        await using var server = await MailServer.StartAsync();
        var error = await FailureAsync(Sender($"smtp://127.0.0.1:{server.Port}", null, "a.@example.org"));
        Assert.That(error.Message, Does.Contain("'a.@example.org'").And.Contain("error_mail_to"));
        Assert.That(error.IsRefused, Is.False);
    }

    [Test]
    public async Task A_mail_refused_for_all_recipients_is_kept_and_reported()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions { Refused = Answers("a@example.org", "550 5.1.1 No such user") });
        var error = await FailureAsync(Sender($"smtp://127.0.0.1:{server.Port}", null, "a@example.org"));
        Assert.That(error.Message, Does.Contain("refused every recipient: a@example.org: 550 5.1.1 No such user").And.Contain("error_mail_to"));
        Assert.That(error.IsRefused, Is.False);
    }

    [TestCase("554 5.7.1 Not wanted", true)]
    [TestCase("552 5.3.4 Too large", true)]
    [TestCase("451 4.7.1 Later", false)]
    public async Task Only_a_permanent_reply_refuses_a_mail_for_good(string answer, bool isRefused)
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions { RefusedTexts = Answers("Grüße", answer) });
        await using var sender = Sender($"smtp://127.0.0.1:{server.Port}");
        var error = (await Assert.ThrowsAsync<MailException>(async () => await sender.SendAsync(Sample, CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain(answer));
        Assert.That(error.IsRefused, Is.EqualTo(isRefused));
        await sender.SendAsync(new ErrorMail("another", "text"), CancellationToken.None);
        Assert.That((await server.MailsAsync(1)).Single().Subject, Is.EqualTo("another"), "the connection can still be used");
    }

    [Test]
    public async Task An_unreachable_server_is_named_with_its_address()
    {
        var port = FreePort.Next();
        var error = await FailureAsync(Sender($"smtp://127.0.0.1:{port}"));
        Assert.That(error.Message, Does.Contain($"127.0.0.1:{port} cannot be reached"));
    }

    [Test]
    public async Task A_cancelled_mail_ends_at_once()
    {
        await using var server = await MailServer.StartAsync(new MailServerOptions { Stall = "data" });
        await using var sender = Sender($"smtp://127.0.0.1:{server.Port}");
        using var stopping = new CancellationTokenSource();
        var sending = sender.SendAsync(Sample, stopping.Token);
        await server.Stalled.WaitAsync(TimeSpan.FromSeconds(30));
        await stopping.CancelAsync();
        Assert.That(async () => await sending.WaitAsync(TimeSpan.FromSeconds(5)), Throws.InstanceOf<OperationCanceledException>());
    }
}
