using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Queues that nothing uses any more: what is seen of them, and that they can be removed.</summary>
public sealed class QueueRemoveTests : BrokerFixture
{
    [Test]
    public async Task Queue_without_a_cluster_is_not_old_once_its_tasks_are_cancelled()
    {
        Assert.That(await IsYoungAsync(Queue, RedisScript.Load("sizes")), Is.True);
        await MutantAsync("sizes", "if length == 0 then return end", "", IsYoungAsync);
    }

    [Test]
    public async Task Cancelled_tasks_leave_the_head_of_the_list_at_once()
    {
        Assert.That(await IsTrimmedAsync(Queue, RedisScript.Load("cancel")), Is.True);
        await MutantAsync("cancel", "  trim(priority)\n", "", IsTrimmedAsync);
    }

    [Test]
    public async Task Task_that_waits_is_never_trimmed()
    {
        Assert.That(await KeepsWaitingAsync(Queue, RedisScript.Load("cancel")), Is.True);
        await MutantAsync("cancel", "or redis.call('HEXISTS', P .. 's:' .. string.sub(element, 11, 19), string.sub(element, 5, 20)) == 1 then break end", "then break end", KeepsWaitingAsync);
    }

    [TestCase("unfinished(P .. 'w') > 0 or ", "task")]
    [TestCase("if #live_clusters() > 0 then return 3 end", "cluster")]
    [TestCase("if redis.call('EXISTS', P .. 'sd', P .. 'sc') > 0 then return 4 end", "schedule")]
    [TestCase("if redis.call('HGET', P .. 'cf', 'save_limit') == 'db' and redis.call('EXISTS', P .. 'sv:3', P .. 'sv:4', P .. 'sv:5') > 0 then return 5 end", "database")]
    public async Task Queue_in_use_is_not_removed(string check, string use)
    {
        Assert.That(await IsRefusedAsync(Queue, RedisScript.Load("queue_remove")), Is.True);
        await MutantAsync("queue_remove", check, "", IsRefusedAsync);

        async Task<bool> IsRefusedAsync(TestQueue queue, RedisScript script)
        {
            if (use == "task")
                await queue.AddAsync();
            else if (use == "cluster")
                await queue.BeatAsync();
            else if (use == "schedule")
                await queue.RawAsync("ZADD", queue.Key("sd"), 1, "s");
            else
                await SavedForDatabaseAsync(queue);
            return (long)await queue.Connection.ScriptAsync(script, [queue.Keys.Heartbeats], [queue.Keys.Prefix, 0], RetryMode.Idempotent) != 1;
        }
    }

    [Test]
    public async Task Many_queues_that_were_used_once_are_removed_without_a_trace()
    {
        const int count = 300;
        await using var client = ClientOf(Queue);
        for (var i = 0; i < count; i++)
        {
            var id = await client.Async(new TaskCall("f"), new TaskOptions { Queue = $"q{i}" });
            Assert.That(await client.Cancel(id), Is.EqualTo(CancelResult.Cancelled));
            await client.DeleteCached(id);
        }

        Assert.That(await client.Queues.List(), Has.Count.EqualTo(count));
        foreach (var queue in await client.Queues.List())
            Assert.That(await client.Queues.Remove(queue), Is.EqualTo(QueueRemoval.Removed));
        Assert.That(await client.Queues.List(), Is.Empty);
        Assert.That(await client.Queues.Remove("q1"), Is.EqualTo(QueueRemoval.Unknown));
        Assert.That((string[])(await Queue.RawAsync("KEYS", $"q:{{{Queue.Name}*"))!, Is.Empty);
    }

    [Test]
    public async Task Removed_queue_returns_when_it_is_used_again()
    {
        await using var client = ClientOf(Queue);
        var options = new TaskOptions { Queue = "again" };
        await client.Cancel(await client.Async(new TaskCall("f"), options));
        Assert.That(await client.Queues.Remove("again"), Is.EqualTo(QueueRemoval.Removed));
        await client.Async(new TaskCall("f"), options);
        Assert.That(await client.Queues.List(), Does.Contain("again"));
        Assert.That((await client.Queues.Sizes("again")).Waiting, Is.EqualTo(1));
        Assert.That(await client.Queues.Remove("again"), Is.EqualTo(QueueRemoval.HasTasks));
    }

    private static async Task<bool> IsYoungAsync(TestQueue queue, RedisScript sizes)
    {
        // The later one is cancelled first, and then the head: as a purge may do it.
        var tasks = await queue.AddManyAsync(2);
        await queue.CancelAsync(tasks[1]);
        await queue.RawAsync("HDEL", queue.StateKey(tasks[0]), tasks[0].Id.ToBytes());
        await queue.RawAsync("HINCRBY", queue.Key("cx"), "5", 1);
        var reply = (RedisResult[])(await queue.Connection.ScriptAsync(sizes, [queue.Keys.Registrations], [queue.Keys.Prefix], RetryMode.Idempotent))!;
        return (long)reply[5] == 0 && (long)reply[16] == -1;
    }

    private static async Task<bool> IsTrimmedAsync(TestQueue queue, RedisScript cancel)
    {
        var tasks = await queue.AddManyAsync(4);
        foreach (var i in new[] { 1, 2, 0 })
            await CancelAsync(queue, cancel, tasks[i]);
        var waiting = await queue.WaitingAsync();
        var place = (await queue.LookupAsync(tasks[3])).Ahead;
        return waiting.Length == 1 && waiting[0] == tasks[3].Value && place == 0 && await queue.NumberAsync("EXISTS", queue.Key("cx")) == 0
            && (await queue.TakeAsync(await queue.WorkerAsync(), 9)).Count == 1;
    }

    private static async Task<bool> KeepsWaitingAsync(TestQueue queue, RedisScript cancel)
    {
        var tasks = await queue.AddManyAsync(3);
        await CancelAsync(queue, cancel, tasks[1]);
        return (await queue.TakeAsync(await queue.WorkerAsync(), 9)).Select(t => t.Value).SequenceEqual([tasks[0].Value, tasks[2].Value]);
    }

    private static async Task SavedForDatabaseAsync(TestQueue queue)
    {
        await queue.RawAsync("HSET", queue.Keys.Settings, "save_limit", "db");
        await queue.RawAsync("LPUSH", queue.Keys.Saved(3), new byte[20]);
    }

    private static Task CancelAsync(TestQueue queue, RedisScript cancel, TestTask task) =>
        queue.Connection.ScriptAsync(cancel, [queue.Keys.Record(task.Id.ToBytes())], [queue.Keys.Prefix, task.Id.ToBytes(), "cancelled", 60_000, queue.Keys.CancelChannelPrefix], RetryMode.Idempotent);

    private QClusterClient ClientOf(TestQueue queue) => new(
        new QClusterOptions { Name = queue.Name, Redis = Server.Endpoint },
        new RedisTransport(RedisConnectionFixture.Connect(Server.Endpoint), queue.Name, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance),
        null,
        TimeProvider.System);

    private async Task MutantAsync(string name, string check, string replacement, Func<TestQueue, RedisScript, Task<bool>> isRight)
    {
        await using var other = new TestQueue(Server.Endpoint);
        Assert.That(await isRight(other, ScriptMutant.Of(name, check, replacement)), Is.False, "without the check");
    }
}
