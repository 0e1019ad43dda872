using System.Diagnostics;
using QCluster.Model;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Broker;

public sealed class ClientLostReplyTests : BrokerFixture
{
    [Test]
    public async Task One_call_makes_one_task_when_any_reply_is_lost()
    {
        var ids = new List<Guid>();
        for (var nth = 1; ; nth++)
        {
            // What the server knows is as at the first call, so that each run sends the same commands.
            await Server.CallAsync("SCRIPT", "FLUSH");
            await using var proxy = new FaultProxy(Server.Port, Server.Host);
            await using var client = new QClusterClient(new QClusterOptions { Name = Queue.Name, Redis = Server.Through(proxy) });
            var cut = proxy.CutReply(nth);
            var clock = Stopwatch.StartNew();
            var id = await client.Async("math.pow", 2, 10);
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)), $"reply {nth}");
            Assert.That(TaskId.TryParse(id, out var parsed), Is.True);
            ids.Add(parsed!.Value.Value);
            Assert.That(await Queue.WaitingAsync(), Is.EqualTo(ids), $"reply {nth}");
            if (!cut.IsCompleted) break;
            Assert.That(nth, Is.LessThan(60), "there is no end to its commands");
        }

        TestContext.Out.WriteLine($"{ids.Count - 1} replies cut");
        Assert.That(ids, Has.Count.GreaterThan(3));
    }

    [TestCaseSource(nameof(Uses))]
    public async Task One_use_has_one_effect_when_any_reply_is_lost(string what, Func<IQClusterClient, Task> use, int tasks, int groupMembers)
    {
        for (var nth = 1; ; nth++)
        {
            await Server.CallAsync("SCRIPT", "FLUSH");
            await using var queue = new TestQueue(Server.Endpoint);
            await using var proxy = new FaultProxy(Server.Port, Server.Host);
            await using var client = new QClusterClient(new QClusterOptions { Name = queue.Name, Redis = Server.Through(proxy) });
            var cut = proxy.CutReply(nth);
            await use(client);
            Assert.That(await queue.WaitingAsync(), Has.Length.EqualTo(tasks), $"{what}: tasks, reply {nth}");
            Assert.That(await queue.RawAsync("EVAL", "for _, k in ipairs(redis.call('KEYS', ARGV[1] .. 'gi:*')) do return redis.call('HGET', k, 't') end return '0'", 0, queue.Keys.Prefix) is var reply ? (string)reply! : "", Is.EqualTo($"{groupMembers}"), $"{what}: members, reply {nth}");
            if (!cut.IsCompleted)
                break;
            Assert.That(nth, Is.LessThan(80), "there is no end to its commands");
        }
    }

    private static IEnumerable<TestCaseData> Uses()
    {
        yield return Use("chain", c => c.AsyncChain([.. Enumerable.Range(0, 1200).Select(i => new ChainStep("math.floor", i))]), 1, 1200);
        yield return Use("group", c => c.AsyncBulk(Enumerable.Range(0, 30).Select(i => new TaskCall("math.floor", i)), new TaskOptions { Group = "g" }), 30, 30);
        yield return Use("iter", c => c.AsyncIter("math.floor", Enumerable.Range(0, 30).Select(i => (object?)i)), 30, 30);
        yield return Use("unique", c => c.Async(new TaskCall("math.floor", 1), new TaskOptions { UniqueKey = "k", Group = "g" }), 1, 1);
        yield return Use("named and hooked", c => c.Async(new TaskCall("math.floor", 1), new TaskOptions { TaskName = "n", Hook = "h" }), 1, 0);
    }

    private static TestCaseData Use(string what, Func<IQClusterClient, Task> use, int tasks, int members) =>
        new TestCaseData(what, use, tasks, members).SetArgDisplayNames(what);

    [Test]
    public async Task A_bulk_makes_each_task_once_when_any_reply_is_lost()
    {
        var expected = new List<string>();
        for (var nth = 1; nth <= 8; nth++)
        {
            await using var proxy = new FaultProxy(Server.Port, Server.Host);
            await using var client = new QClusterClient(new QClusterOptions { Name = Queue.Name, Redis = Server.Through(proxy) });
            _ = proxy.CutReply(nth);
            expected.AddRange(await client.AsyncBulk(Enumerable.Range(0, 1500).Select(i => new TaskCall("math.pow", [i, 2]))));
        }

        Assert.That((await Queue.WaitingAsync()).Select(id => id.ToString("N")), Is.EquivalentTo(expected));
    }
}
