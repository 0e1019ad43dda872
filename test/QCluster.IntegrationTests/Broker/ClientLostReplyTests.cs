using System.Diagnostics;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Broker;

public sealed class ClientLostReplyTests : BrokerFixture
{
    [Test]
    public async Task One_call_makes_one_task_whichever_reply_is_lost()
    {
        var ids = new List<Guid>();
        for (var nth = 1; ; nth++)
        {
            // What the server knows is as at the first call, so that each run sends the same commands.
            await Server.CallAsync("SCRIPT", "FLUSH");
            await using var proxy = new FaultProxy(Server.Port);
            await using var client = new QClusterClient(new QClusterOptions { Name = Queue.Name, Redis = proxy.Endpoint });
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

    [Test]
    public async Task A_bulk_makes_each_task_once_whichever_reply_is_lost()
    {
        var expected = new List<string>();
        for (var nth = 1; nth <= 8; nth++)
        {
            await using var proxy = new FaultProxy(Server.Port);
            await using var client = new QClusterClient(new QClusterOptions { Name = Queue.Name, Redis = proxy.Endpoint });
            _ = proxy.CutReply(nth);
            expected.AddRange(await client.AsyncBulk(Enumerable.Range(0, 1500).Select(i => new TaskCall("math.pow", [i, 2]))));
        }

        Assert.That((await Queue.WaitingAsync()).Select(id => id.ToString("N")), Is.EquivalentTo(expected));
    }
}
