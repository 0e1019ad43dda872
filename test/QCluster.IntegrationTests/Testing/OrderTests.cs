using Microsoft.Extensions.Logging.Abstractions;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.Queue;
using QCluster.Testing;

namespace QCluster.IntegrationTests.Testing;

/// <summary>Results come in the order of the input, also when the caller's clock is set back while it enqueues.</summary>
internal sealed class OrderTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Iteration_keeps_its_order_when_the_clock_steps_back()
    {
        await using var cluster = await StartAsync();
        var clock = new SteppingClock();
        await using var client = ClientOf(cluster, clock);
        var id = await client.AsyncIter("same", ElementsAsync(clock));
        Assert.That(await client.Result<int[]>(id, Limit), Is.EqualTo(Enumerable.Range(0, 2_000)));
    }

    [Test]
    public async Task Group_keeps_its_order_when_the_clock_steps_back()
    {
        await using var cluster = await StartAsync();
        var clock = new SteppingClock();
        await using var client = ClientOf(cluster, clock);
        for (var half = 0; half < 2; half++)
        {
            await client.AsyncBulk(Enumerable.Range(100 * half, 100).Select(i => new TaskCall("same", i)), new TaskOptions { Group = "halves" });
            clock.Offset = TimeSpan.FromSeconds(-5);
        }

        Assert.That(await client.ResultGroup("halves", wait: Limit, count: 200), Is.EqualTo(Enumerable.Range(0, 200)));
    }

    private static async IAsyncEnumerable<object?> ElementsAsync(SteppingClock clock)
    {
        for (var i = 0; i < 2_000; i++)
        {
            if (i == 1_000)
                clock.Offset = TimeSpan.FromSeconds(-5);
            yield return i;
            await Task.CompletedTask;
        }
    }

    private static Task<TestCluster> StartAsync() => TestCluster.StartAsync(cluster => cluster.Functions.Add("same", (int i) => i));

    private static QClusterClient ClientOf(TestCluster cluster, TimeProvider clock) => new(
        new QClusterOptions { Name = cluster.Name, Redis = cluster.Redis },
        new RedisTransport(RedisConnectionFixture.Connect(cluster.Redis), cluster.Name, clock, NullLogger.Instance),
        null,
        clock);

    private sealed class SteppingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
