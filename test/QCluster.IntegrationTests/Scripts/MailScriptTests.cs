using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Mail;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Which monitor sends mails, about what, and how many.</summary>
public sealed class MailScriptTests : BrokerFixture
{
    private static readonly string[] Failed = ["a", "b", "c", "d"];

    private async Task<(long Allowed, string[] Ids)?> TakeAsync(string who, int done = 0, int sent = 0, string first = "")
    {
        var call = new ScriptCall(MailScripts.Take, TaskId.DefaultQueue, [ScriptCall.Text(who), ScriptCall.Number(done), ScriptCall.Number(sent), ScriptCall.Number(10), ScriptCall.Text(first)]);
        var reply = await Queue.Client.RunAsync(call, CancellationToken.None);
        return reply.Items.Count == 0 ? null : (reply[0].Number, [.. reply.Items.Skip(1).Select(i => System.Text.Encoding.UTF8.GetString(i.Bytes))]);
    }

    [SetUp]
    public async Task AddFailures()
    {
        foreach (var id in Failed)
            await Queue.RawAsync("RPUSH", Queue.Key("em"), id);
    }

    [Test]
    public async Task One_monitor_at_a_time_gets_the_ids()
    {
        Assert.That((await TakeAsync("one"))!.Value.Ids, Is.EqualTo(Failed));
        Assert.That(await TakeAsync("two"), Is.Null);
        await Queue.RawAsync("DEL", Queue.Key("eml"));
        Assert.That((await TakeAsync("two"))!.Value.Ids, Is.EqualTo(Failed));
    }

    [Test]
    public async Task Repeated_calls_remove_processed_ids_once()
    {
        await TakeAsync("one");
        for (var i = 0; i < 2; i++)
        {
            var (allowed, ids) = (await TakeAsync("one", done: 2, sent: 1, first: "a"))!.Value;
            Assert.That(ids, Is.EqualTo(new[] { "c", "d" }));
            Assert.That(allowed, Is.EqualTo(9));
        }
    }

    [Test]
    public async Task Sent_ids_are_removed_even_after_the_lease_has_expired()
    {
        await TakeAsync("one");
        await Queue.RawAsync("DEL", Queue.Key("eml"));
        Assert.That((await TakeAsync("one", done: 1, sent: 1, first: "a"))!.Value.Ids, Is.EqualTo(new[] { "b", "c", "d" }));
    }
}
