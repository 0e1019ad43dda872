using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Mails that tell of failures, through a real server.</summary>
internal sealed class ErrorMailTests : ClusterFixture
{
    private static Task<ClusterProcess> StartAsync(string redis, MailServer mail, params string[] more) => ClusterProcess.StartAsync(
        redis, ["--smtp", $"smtp://ops:pass%2Fword@127.0.0.1:{mail.Port}", "--error-mail-to", "a@example.org", "--error-mail-to", "b@example.org", "--error-mail-from", "q@example.org", .. more]);

    [Test]
    public async Task A_final_failure_is_mailed_once_to_all_unless_it_is_disabled()
    {
        await using var mail = await MailServer.StartAsync();
        await using var one = await StartAsync(Redis.Endpoint, mail);
        await using var two = await StartAsync(Redis.Endpoint, mail);
        var id = await Client.Async(new TaskCall("demo.fail", "the disk is full"), new TaskOptions { MaxAttempts = 2, RetryBackoff = TimeSpan.Zero });
        var quiet = await Client.Async(new TaskCall("demo.fail", "never mind"), new TaskOptions { DisableErrorEmails = true });
        await Client.Fetch(quiet, TimeSpan.FromSeconds(10));
        await Eventually.IsTrue(() => mail.Mails.Count > 0);
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        var only = mail.Mails.Single();
        Assert.Multiple(() =>
        {
            Assert.That(only.Subject, Is.EqualTo($"[default@{Environment.MachineName}] Error: Task demo.fail ({id}): the disk is full"));
            Assert.That((only.From, only.User), Is.EqualTo(("q@example.org", "ops")));
            Assert.That(only.To, Is.EqualTo(new[] { "a@example.org", "b@example.org" }));
            Assert.That(only.Body, Does.Contain("System.InvalidOperationException: the disk is full").And.Contain("attempts:  2").And.Contain($"qcluster retry {id}").And.Contain("args:      [\"the disk is full\"]"));
        });
    }

    [Test]
    public async Task Many_failures_give_a_few_mails_and_one_summary()
    {
        await using var mail = await MailServer.StartAsync();
        await using var cluster = await StartAsync(Redis.Endpoint, mail, "--error-mail-limit", "3", "--error-mail-subject", "{func} in {queue}");
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 200).Select(i => new TaskCall("demo.fail", $"cause {i % 2}")));
        await FetchAllAsync(ids, TimeSpan.FromSeconds(30));
        await Eventually.IsTrue(() => mail.Mails.Count == 3, TimeSpan.FromSeconds(20));
        await Task.Delay(TimeSpan.FromSeconds(2));
        var mails = mail.Mails;
        Assert.That(mails.Select(m => m.Subject).Take(2), Is.All.EqualTo("demo.fail in default"));
        Assert.That(mails, Has.Count.EqualTo(3), "no more in this minute");
        Assert.That(mails[2].Subject, Does.EndWith("more tasks of the queue default have failed"));
        Assert.That(mails[2].Body, Does.Contain("demo.fail: cause 0").And.Contain("demo.fail: cause 1"));
    }

    [Test]
    public async Task Mails_are_sent_later_if_the_server_is_unavailable()
    {
        int port;
        await using (var first = await MailServer.StartAsync())
            port = first.Port;
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--smtp", $"smtp://127.0.0.1:{port}", "--error-mail-to", "a@example.org");
        await Client.Async("demo.fail", "x");
        Assert.That(await Client.Result<double>(await Client.Async("math.add", 1, 2), TimeSpan.FromSeconds(10)), Is.EqualTo(3.0));
        await Eventually.IsTrue(() => cluster.Log.Contains($"could not be sent through 127.0.0.1:{port}", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        await using var mail = await MailServer.StartAsync(new MailServerOptions { Port = port });
        await Eventually.IsTrue(() => mail.Mails.Count == 1, TimeSpan.FromSeconds(30));
    }

    /// <summary>The address is in the environment, where other users of the machine cannot read it.</summary>
    private Task<ClusterProcess> StartTlsAsync(MailServer mail, string scheme, string query, string? trusted = null)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["QCLUSTER_SMTP"] = $"{scheme}://ops:pass%2Fword@localhost:{mail.Port}{query}" };
        if (trusted is not null)
            environment[TestAuthority.TrustVariable] = trusted;
        return ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--redis", Redis.Endpoint, "--app", BuiltProgram.Demo, "--error-mail-to", "a@example.org"], environment);
    }

    [TestCase(MailServerTls.Implicit, "smtps", "")]
    [TestCase(MailServerTls.StartTls, "smtp", "?starttls=required")]
    public async Task A_failure_is_reported_over_TLS(MailServerTls tls, string scheme, string query)
    {
        using var authority = new TestAuthority();
        await using var mail = await MailServer.StartAsync(new MailServerOptions { Tls = tls, Certificate = authority.Issue() });
        await using var cluster = await StartTlsAsync(mail, scheme, query, authority.CertificateFile);
        await Client.Async("demo.fail", "the disk is full");
        await Eventually.IsTrue(() => mail.Mails.Count > 0, TimeSpan.FromSeconds(20), cluster.Log);
        var only = mail.Mails.Single();
        Assert.That((only.Encrypted, only.User), Is.EqualTo((true, "ops")));
        Assert.That(only.Body, Does.Contain("System.InvalidOperationException: the disk is full"));
    }

    [Test]
    public async Task An_untrusted_certificate_is_reported_without_the_password()
    {
        using var authority = new TestAuthority();
        await using var mail = await MailServer.StartAsync(new MailServerOptions { Tls = MailServerTls.Implicit, Certificate = authority.Issue() });
        await using var cluster = await StartTlsAsync(mail, "smtps", "");
        await Client.Async("demo.fail", "the disk is full");
        await Eventually.IsTrue(() => cluster.Log.Contains("this machine does not trust", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.That(cluster.Log, Does.Contain(TestAuthority.TrustVariable).And.Not.Contain("pass/word").And.Not.Contain("pass%2Fword"));
        Assert.That(mail.Mails, Is.Empty);
    }

    [Test]
    public async Task Invalid_mail_settings_are_refused_at_start_without_the_password()
    {
        foreach (var (arguments, says) in new (string[], string)[]
        {
            (["--smtp", "mail:secret@host"], "smtp"),
            (["--smtp", "smtp://u:topsecret@host"], "error_mail_to"),
            (["--error-mail-to", "a@example.org"], "name the mail server"),
            (["--smtp", "smtp://host", "--error-mail-to", "nobody"], "nobody"),
        })
        {
            var (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, ["start", "--app", BuiltProgram.Demo, .. arguments]);
            Assert.That(code, Is.Not.Zero);
            Assert.That(error, Does.Contain(says).And.Not.Contain("secret"));
        }
    }
}
