using System.Security.Cryptography.X509Certificates;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Mail;

/// <summary>Encryption: which there is, which is needed, and which certificates are accepted.</summary>
public sealed class SmtpTlsTests : MailFixture
{
    private static TestAuthority Trusted => TestRunSetup.Authority;

    private static Task<MailServer> ServeAsync(MailServerTls tls, TestCertificate certificate) => MailServer.StartAsync(new MailServerOptions { Tls = tls, Certificate = certificate });

    [TestCase(MailServerTls.StartTls, "smtp", "?starttls=required")]
    [TestCase(MailServerTls.StartTls, "smtp", "?starttls=when-available")]
    [TestCase(MailServerTls.StartTls, "smtp", "")]
    [TestCase(MailServerTls.Implicit, "smtps", "")]
    public async Task Login_and_mail_are_encrypted(MailServerTls tls, string scheme, string query)
    {
        await using var server = await ServeAsync(tls, Trusted.Issue());
        await using (var sender = Sender($"{scheme}://ops:pass%2Fword@localhost:{server.Port}{query}"))
            await sender.SendAsync(Sample, CancellationToken.None);
        var mail = (await server.MailsAsync(1)).Single();
        Assert.That((mail.Encrypted, mail.User, mail.Subject), Is.EqualTo((true, "ops", Sample.Subject)));
    }

    [Test]
    public async Task A_server_is_named_by_its_address_too()
    {
        await using var server = await ServeAsync(MailServerTls.Implicit, Trusted.Issue());
        await using (var sender = Sender($"smtps://127.0.0.1:{server.Port}"))
            await sender.SendAsync(Sample, CancellationToken.None);
        Assert.That((await server.MailsAsync(1)).Single().Encrypted, Is.True);
    }

    [TestCase("?starttls=when-available")]
    [TestCase("?starttls=never")]
    public async Task A_mail_goes_unencrypted_only_where_that_is_allowed(string query)
    {
        await using var server = await MailServer.StartAsync();
        await using (var sender = Sender($"smtp://localhost:{server.Port}{query}"))
            await sender.SendAsync(Sample, CancellationToken.None);
        Assert.That((await server.MailsAsync(1)).Single().Encrypted, Is.False);

        var error = await FailureAsync(Sender($"smtp://localhost:{server.Port}?starttls=required"));
        Assert.That(error.Message, Does.Contain("offers no STARTTLS").And.Contain("587").And.Contain("smtps://").And.Contain("?starttls=never"));
        Assert.That(server.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task STARTTLS_that_is_offered_is_not_used_when_it_is_switched_off()
    {
        using var unknown = new TestAuthority();
        await using var server = await ServeAsync(MailServerTls.StartTls, unknown.Issue());
        await using (var sender = Sender($"smtp://localhost:{server.Port}?starttls=never"))
            await sender.SendAsync(Sample, CancellationToken.None);
        Assert.That((await server.MailsAsync(1)).Single().Encrypted, Is.False);
    }

    [TestCase(MailServerTls.StartTls, "smtp")]
    [TestCase(MailServerTls.Implicit, "smtps")]
    public async Task An_untrusted_certificate_is_refused_and_its_issuer_named(MailServerTls tls, string scheme)
    {
        using var unknown = new TestAuthority();
        await using var server = await ServeAsync(tls, unknown.Issue());
        var error = await FailureAsync(Sender($"{scheme}://ops:topsecret@localhost:{server.Port}"));
        Assert.That(error.Message, Does.Contain("issued by 'CN=QCluster test authority'").And.Contain("does not trust").And.Contain(TestAuthority.TrustVariable).And.Not.Contain("not for"));
        Assert.That(server.Mails, Is.Empty);
    }

    [Test]
    public async Task A_certificate_for_another_name_is_refused_and_both_names_given()
    {
        await using var server = await ServeAsync(MailServerTls.Implicit, Trusted.Issue("mail.example.org"));
        var error = await FailureAsync(Sender($"smtps://localhost:{server.Port}"));
        Assert.That(error.Message, Does.Contain("it is for mail.example.org, not for localhost").And.Not.Contain("does not trust"));
    }

    [Test]
    public async Task An_expired_certificate_is_refused_with_its_dates()
    {
        var certificate = Trusted.Issue(isExpired: true);
        await using var server = await ServeAsync(MailServerTls.Implicit, certificate);
        var error = await FailureAsync(Sender($"smtps://localhost:{server.Port}"));
        using var read = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(certificate.File));
        Assert.That(error.Message, Does.Contain("not valid now").And.Contain($"until {read.NotAfter:u}").And.Not.Contain("does not trust"));
    }

    [Test]
    public async Task TLS_at_a_port_that_starts_without_it_says_what_to_write()
    {
        await using var server = await ServeAsync(MailServerTls.StartTls, Trusted.Issue());
        var error = await FailureAsync(Sender($"smtps://localhost:{server.Port}"));
        Assert.That(error.Message, Does.Contain("TLS failed").And.Contain("write smtp:// with ?starttls=required"));
    }
}
