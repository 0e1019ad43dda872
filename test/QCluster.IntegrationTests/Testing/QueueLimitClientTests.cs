using QCluster.Testing;

namespace QCluster.IntegrationTests.Testing;

/// <summary>A limit of a cluster as its clients see it.</summary>
internal sealed class QueueLimitClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Every_kind_of_new_call_is_refused_by_a_full_queue()
    {
        await using var cluster = await StartAsync(new TaskCompletionSource());
        await cluster.Client.Queues.Pause();
        var first = await cluster.Client.Async("same", 1);
        var error = (await Assert.ThrowsAsync<QueueFullException>(() => cluster.Client.Async("same", 2)))!;
        Assert.That((error.Queue, error.Length, error.Limit), Is.EqualTo(("default", 1L, 1L)));
        Assert.That(error.Message, Does.Contain("queue_limit"));
        await Assert.ThrowsAsync<QueueFullException>(() => cluster.Client.Async(new TaskCall("same", 2), new TaskOptions { Delay = TimeSpan.FromHours(1) }), "delayed");
        await Assert.ThrowsAsync<QueueFullException>(() => cluster.Client.AsyncBulk([new TaskCall("same", 2), new TaskCall("same", 3)]), "bulk");
        await Assert.ThrowsAsync<QueueFullException>(() => cluster.Client.AsyncChain([new ChainStep("same", 2)]), "chain");
        await Assert.ThrowsAsync<QueueFullException>(() => cluster.Client.AsyncIter("same", [2, 3]), "iteration");
        await cluster.Client.Schedules.Add(new Schedule("daily", TimeSpan.FromDays(1), "same", 4) { Start = DateTimeOffset.UtcNow + TimeSpan.FromDays(1) });
        await Assert.ThrowsAsync<QueueFullException>(() => cluster.Client.Schedules.Run("daily"), "a schedule that is run now");

        await cluster.Client.Queues.Resume();
        Assert.That(await cluster.Client.Result<int>(first, Limit), Is.EqualTo(1));
        await Assert.ThrowsAsync<QueueFullException>(() => cluster.Client.AsyncBulk([new TaskCall("same", 2), new TaskCall("same", 3)]), "more than there could ever be room for");
        Assert.That(await cluster.Client.Result<int>(await cluster.Client.Async("same", 5), Limit), Is.EqualTo(5), "there is room again");
    }

    [Test]
    public async Task Next_step_of_a_chain_finds_room_in_a_full_queue()
    {
        var gate = new TaskCompletionSource();
        await using var cluster = await StartAsync(gate);
        var chain = await cluster.Client.AsyncChain([new ChainStep("wait", 1), new ChainStep("same", 2), new ChainStep("same", 3)]);
        await WaitAsync(cluster, sizes => sizes.Running == 1);
        await cluster.Client.Queues.Pause();
        await cluster.Client.Async("same", 9);
        gate.SetResult();
        await WaitAsync(cluster, sizes => sizes.Waiting == 2);
        await cluster.Client.Queues.Resume();
        Assert.That(await cluster.Client.ResultGroup(chain, wait: Limit, count: 3), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    private static Task<TestCluster> StartAsync(TaskCompletionSource gate) => TestCluster.StartAsync(cluster =>
    {
        cluster.Options.QueueLimit = 1;
        cluster.Functions.Add("same", (int i) => i);
        cluster.Functions.Add("wait", async (int i) =>
        {
            await gate.Task;
            return i;
        });
    });

    private static async Task WaitAsync(TestCluster cluster, Func<QueueSizes, bool> isSo)
    {
        for (var end = DateTimeOffset.UtcNow + Limit; !isSo(await cluster.Client.Queues.Sizes()); await Task.Delay(20))
            Assert.That(DateTimeOffset.UtcNow, Is.LessThan(end), "it never came to that");
    }
}
