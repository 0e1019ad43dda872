using Microsoft.Extensions.Logging.Abstractions;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.IntegrationTests.Broker;

/// <summary>A client whose clock is wrong, or jumps.</summary>
public sealed class ClientClockTests : BrokerFixture
{
    [Test]
    public async Task Clock_jumps_change_neither_order_nor_due_times()
    {
        var clock = new JumpingClock();
        await using var client = new QClusterClient(
            new QClusterOptions { Name = Queue.Name, Redis = Server.Endpoint },
            new RedisTransport(RedisConnectionFixture.Connect(Server.Endpoint), Queue.Name, clock, NullLogger.Instance),
            null,
            clock);
        var ids = new List<string>();
        foreach (var days in new[] { 0, 1, -2, 300, -20_000, 0 })
        {
            clock.Offset = TimeSpan.FromDays(days);
            ids.Add(await client.Async("math.floor", 1));
            ids.AddRange(await client.AsyncBulk([new TaskCall("math.floor", 2), new TaskCall("math.floor", 3)]));
            var delayed = await client.Async(new TaskCall("math.floor", 1), new TaskOptions { Delay = TimeSpan.FromHours(1) });
            var due = (await client.Fetch(delayed))!.Due!.Value - DateTimeOffset.UtcNow;
            Assert.That(due, Is.EqualTo(TimeSpan.FromHours(1)).Within(TimeSpan.FromSeconds(5)), $"{days} days");
        }

        Assert.That(ids, Is.Unique);
        Assert.That((await Queue.WaitingAsync()).Select(id => id.ToString("N")), Is.EqualTo(ids));
        Assert.That(await Queue.Client.ExamineAsync(TaskId.DefaultQueue, mend: false, CancellationToken.None), Is.Empty);
    }

    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
