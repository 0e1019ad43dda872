using Microsoft.Extensions.DependencyInjection;
using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Testing;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Mail;

/// <summary>Which mails are sent about which tasks, in a cluster inside the test.</summary>
public sealed class ErrorMailerTests
{
    private static Task<TestCluster> StartAsync(MailServer mail, Action<TestClusterBuilder>? configure = null) => TestCluster.StartAsync(cluster =>
    {
        cluster.Options.Smtp = $"smtp://127.0.0.1:{mail.Port}";
        cluster.Options.ErrorMailTo.Add("a@example.org");
        cluster.Options.ErrorMailSubject = "{error}";
        cluster.Services.AddQClusterMail();
        cluster.Functions.Add("fail", (string text) =>
        {
            if (text.Length > 0)
                throw new InvalidOperationException(text);
        });
        configure?.Invoke(cluster);
    });

    private static async Task FailAsync(TestCluster cluster, params string[] texts)
    {
        foreach (var text in texts)
            await cluster.Client.Fetch(await cluster.Client.Async("fail", text), TimeSpan.FromSeconds(20));
    }

    [Test]
    public void Mails_without_the_package_are_refused_at_the_start()
    {
        Assert.That(
            async () => await TestCluster.StartAsync(cluster =>
            {
                cluster.Options.Smtp = "smtp://localhost";
                cluster.Options.ErrorMailTo.Add("a@example.org");
            }),
            Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("QCluster.Mail").And.Message.Contains("AddQClusterMail()"));
    }

    [Test]
    public async Task A_permanently_refused_mail_does_not_delay_the_next_one()
    {
        await using var mail = await MailServer.StartAsync(new MailServerOptions { RefusedTexts = MailFixture.Answers("spam", "554 5.7.1 Not wanted") });
        await using var cluster = await StartAsync(mail);
        await FailAsync(cluster, "spam", "the disk is full");
        await Eventually.IsTrue(() => mail.Mails.Count > 0, TimeSpan.FromSeconds(20));
        Assert.That(mail.Mails.Single().Subject, Is.EqualTo("the disk is full"));
    }

    [Test]
    public async Task A_sent_mail_is_not_sent_again_when_a_later_one_fails()
    {
        await using var mail = await MailServer.StartAsync(new MailServerOptions { RefusedTexts = MailFixture.Answers("greylisted", "451 4.7.1 Later") });
        await using var cluster = await StartAsync(mail);
        await FailAsync(cluster, "first", "greylisted");
        await Eventually.IsTrue(() => mail.Mails.Count > 0, TimeSpan.FromSeconds(20));
        // The pause after a failure is 10 s.
        await Task.Delay(TimeSpan.FromSeconds(12));
        Assert.That(mail.Mails.Select(m => m.Subject), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public async Task An_unreadable_record_does_not_delay_the_others()
    {
        await using var mail = await MailServer.StartAsync();
        await using var cluster = await StartAsync(mail);
        await using var queue = new TestQueue(cluster.Redis, cluster.Name);
        var id = TaskId.New(TaskId.DefaultQueue, TimeProvider.System).ToBytes();
        await queue.RawAsync("SET", queue.Keys.Record(id), "garbage");
        await queue.RawAsync("RPUSH", queue.Key("em"), id);
        await FailAsync(cluster, "the disk is full");
        await Eventually.IsTrue(() => mail.Mails.Count > 0, TimeSpan.FromSeconds(20));
        Assert.That(mail.Mails.Single().Subject, Is.EqualTo("the disk is full"));
    }

    [Test]
    public async Task Mailers_of_all_queues_share_the_database_of_their_monitor()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var mail = await MailServer.StartAsync();
        await using (var cluster = await StartAsync(mail, c =>
        {
            c.Options.Results = postgres.Connection;
            c.Options.Queues.Add("default");
            c.Options.Queues.Add("other");
        }))
        {
            await using var queue = new TestQueue(cluster.Redis, cluster.Name);
            foreach (var name in new[] { "default", "other" })
            {
                var id = await cluster.Client.Async(new TaskCall("fail", name), new TaskOptions { Queue = name });
                await cluster.Client.Fetch(id, TimeSpan.FromSeconds(20));
                // An id that Redis knows nothing of is looked for in the database.
                await queue.RawAsync("RPUSH", queue.Client.KeysOf(name).Named(KeySuffix.Mails), TaskId.New(name, TimeProvider.System).ToBytes());
            }

            await Eventually.IsTrue(() => mail.Mails.Count == 2, TimeSpan.FromSeconds(20));
            await Eventually.IsTrue(async () => await queue.NumberAsync("LLEN", queue.Key("em")) == 0, TimeSpan.FromSeconds(20));
        }

        await Eventually.IsTrue(async () => await postgres.QueryAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'qcluster'") == "0", TimeSpan.FromSeconds(10), "no connection");
    }
}
