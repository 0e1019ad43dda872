using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Redis;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Records of members of a group or chain stay until it has ended. Each check has a mutant without it.</summary>
public sealed class HeldRecordTests : BrokerFixture
{
    private const int Keep = 2_000;
    private const string Label = "whole";

    [Test]
    public async Task Time_to_live_of_a_member_begins_when_its_group_has_ended()
    {
        Assert.That(await TimeToLiveBeginsAtTheEndAsync(Queue, RedisScript.Load("ack")), Is.True);
        await MutantAsync("ack", "(whole_name and hold(whole_name, id, state, ttl))", "false", TimeToLiveBeginsAtTheEndAsync);
    }

    [Test]
    public async Task Uncached_member_is_dropped_only_after_its_group_has_ended()
    {
        Assert.That(await SaveLimitBeginsAtTheEndAsync(Queue, RedisScript.Load("ack")), Is.True);
        await MutantAsync("ack", "whole_name and save_limit ~= 'db' and hold(whole_name, id, state, -ttl)", "false", SaveLimitBeginsAtTheEndAsync);
        await MutantAsync("ack", "#last == ENTRY_LENGTH and ", "", SaveLimitBeginsAtTheEndAsync);
    }

    [Test]
    public async Task Group_that_is_reused_in_time_keeps_its_records()
    {
        Assert.That(await ReuseKeepsAsync(Queue, RedisScript.Load("enqueue")), Is.True);
        await MutantAsync("enqueue", "redis.call('ZREM', P .. 'ge', label) == 0", "true", ReuseKeepsAsync);
    }

    [Test]
    public async Task Held_records_of_one_group_are_bounded()
    {
        Assert.That(await BoundHoldsAsync(Queue, RedisScript.Load("ack")), Is.True);
        await MutantAsync("ack", "if redis.call('LLEN', key) >= MAX_HELD then return false end", "", BoundHoldsAsync);
    }

    [Test]
    public async Task Held_record_of_a_group_without_an_end_expires_after_a_week()
    {
        var (worker, tasks) = await TakenAsync(Queue, 2);
        await AckAsync(Queue, RedisScript.Load("ack"), worker, tasks[0], Keep);
        Assert.That(await PttlAsync(Queue, tasks[0]), Is.InRange(TimeSpan.FromDays(6.9).TotalMilliseconds, TimeSpan.FromDays(7).TotalMilliseconds));
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Key("gh:" + Label)), Is.InRange(TimeSpan.FromDays(6.9).TotalMilliseconds, TimeSpan.FromDays(7).TotalMilliseconds));
    }

    [Test]
    public async Task Record_of_a_single_task_is_not_held()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await AckAsync(Queue, RedisScript.Load("ack"), worker, task, Keep);
        Assert.That(await PttlAsync(Queue, task), Is.LessThanOrEqualTo(Keep));
    }

    [Test]
    public async Task With_a_database_no_uncached_record_is_held()
    {
        await Queue.RawAsync("HSET", Queue.Keys.Settings, "save_limit", "db");
        var (worker, tasks) = await TakenAsync(Queue, 2);
        await AckAsync(Queue, RedisScript.Load("ack"), worker, tasks[0], -Keep);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("gh:" + Label)), Is.Zero);
        Assert.That((await Queue.Cluster.UnsavedAsync(3, 10, CancellationToken.None)).Single().Entry, Has.Length.EqualTo(20), "the database takes it at once");
    }

    [Test]
    public async Task Deleting_a_group_releases_its_records()
    {
        var (worker, tasks) = await TakenAsync(Queue, 2);
        await AckAsync(Queue, RedisScript.Load("ack"), worker, tasks[0], Keep);
        await Queue.Scripts.Groups.DeleteAsync(Label, TaskId.DefaultQueue, false, CancellationToken.None);
        await ReleaseAsync(Queue);
        Assert.That(await PttlAsync(Queue, tasks[0]), Is.InRange(1, Keep));
    }

    [Test]
    public async Task Step_in_another_queue_is_held_until_the_chain_has_ended()
    {
        var chain = TaskId.New("home", TimeProvider.System).ToBytes();
        var task = TestTask.New();
        var followUps = new FollowUps();
        followUps.AddChain(chain, 0, "home");
        task = task with { Element = followUps.ApplyTo(task.Element) };
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(task);
        await Queue.TakeAsync(worker, 1);
        await AckAsync(Queue, RedisScript.Load("ack"), worker, task, Keep);
        Assert.That(await PttlAsync(Queue, task), Is.GreaterThan(Keep));
        await Queue.Cluster.EndHeldAsync(chain, CancellationToken.None);
        await ReleaseAsync(Queue);
        Assert.That(await PttlAsync(Queue, task), Is.InRange(1, Keep));
    }

    [Test]
    public async Task End_of_a_chain_is_reported_to_the_queues_of_its_steps()
    {
        var chain = TaskId.New(TaskId.DefaultQueue, TimeProvider.System).ToBytes();
        await Queue.RawAsync("HSET", Queue.Keys.Chain(chain), "p", 0, "n", 2, "k", 60_000, "g", Label, "c", 1);
        byte[] next = [(byte)'5', (byte)'-', 0, 0, 0, 0, 0, .. TestTask.New().Element];
        await Queue.RawAsync("RPUSH", Queue.Keys.Named("cl:", chain), next);
        for (var step = 0; step < 2; step++)
            await Queue.Cluster.AdvanceChainAsync(new ChainAdvance(chain, step, "3", TestTask.New().Id.ToBytes(), step == 0 ? "mail" : "", 60_000, [1]), CancellationToken.None);
        Assert.That((await Queue.Cluster.OutboxAsync(CancellationToken.None)).Single(), Is.EqualTo((byte[])[(byte)'R', 4, .. "mail"u8, .. chain]));
    }

    private static async Task<bool> TimeToLiveBeginsAtTheEndAsync(TestQueue queue, RedisScript ack)
    {
        var (worker, tasks) = await TakenAsync(queue, 2);
        await AckAsync(queue, ack, worker, tasks[0], Keep);
        await ReleaseAsync(queue);
        var isHeld = await PttlAsync(queue, tasks[0]) > Keep;
        await AckAsync(queue, ack, worker, tasks[1], Keep);
        await ReleaseAsync(queue);
        return isHeld && await PttlAsync(queue, tasks[0]) is > 0 and <= Keep && await PttlAsync(queue, tasks[1]) is > 0 and <= Keep;
    }

    private static async Task<bool> SaveLimitBeginsAtTheEndAsync(TestQueue queue, RedisScript ack)
    {
        const int keep = -86_400_000;
        await queue.RawAsync("HSET", queue.Keys.Settings, "save_limit", 1);
        var (worker, tasks) = await TakenAsync(queue, 2);
        await AckAsync(queue, ack, worker, tasks[0], keep);
        await OthersAsync();
        var isHeld = await PttlAsync(queue, tasks[0]) > 0;
        await AckAsync(queue, ack, worker, tasks[1], keep);
        await OthersAsync();
        await ReleaseAsync(queue);
        var isKeptAtTheEnd = await PttlAsync(queue, tasks[0]) is > 0 and <= -keep;
        await OthersAsync();
        await OthersAsync();
        return isHeld && isKeptAtTheEnd && await PttlAsync(queue, tasks[0]) < 0 && await PttlAsync(queue, tasks[1]) < 0;

        // More than the limit, once all that is there has grown old.
        async Task OthersAsync()
        {
            var entries = (byte[][])(await queue.RawAsync("LRANGE", queue.Keys.Saved(3), 0, -1))!;
            for (var i = 0; i < entries.Length; i++)
                await queue.RawAsync("LSET", queue.Keys.Saved(3), i, (byte[])[.. entries[i][..16], .. OldTime(), .. entries[i][20..]]);
            foreach (var other in await queue.AddManyAsync(3))
            {
                await queue.TakeAsync(worker, 1);
                await AckAsync(queue, ack, worker, other, keep);
            }
        }
    }

    /// <summary>Two minutes ago: older than what is kept whatever the limit, younger than its time-to-live.</summary>
    private static byte[] OldTime()
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds());
        return bytes;
    }

    private static async Task<bool> ReuseKeepsAsync(TestQueue queue, RedisScript enqueue)
    {
        var ack = RedisScript.Load("ack");
        var (worker, tasks) = await TakenAsync(queue, 1);
        await AckAsync(queue, ack, worker, tasks[0], Keep);
        var later = Member();
        await queue.Connection.ScriptAsync(enqueue, [queue.Keys.List(5)], [queue.Keys.Prefix, 5, later.Element], RetryMode.Idempotent);
        await queue.Cluster.ReleaseHeldAsync(100, CancellationToken.None);
        await Task.Delay(Keep + 200);
        await queue.Cluster.ReleaseHeldAsync(100, CancellationToken.None);
        var isHeld = await PttlAsync(queue, tasks[0]) > Keep;
        await queue.TakeAsync(worker, 1);
        await AckAsync(queue, ack, worker, later, Keep);
        await ReleaseAsync(queue);
        return isHeld && await PttlAsync(queue, tasks[0]) is > 0 and <= Keep && await queue.NumberAsync("HEXISTS", queue.Key("gi:" + Label), "z") == 0;
    }

    private static async Task<bool> BoundHoldsAsync(TestQueue queue, RedisScript ack)
    {
        var (worker, tasks) = await TakenAsync(queue, 2);
        for (var i = 0; i < 100; i++)
            await queue.RawAsync("RPUSH", [queue.Key("gh:" + Label), .. Enumerable.Repeat((object)"x", 1_000)]);
        await AckAsync(queue, ack, worker, tasks[0], Keep);
        return await PttlAsync(queue, tasks[0]) is > 0 and <= Keep;
    }

    private static TestTask Member()
    {
        var task = TestTask.New();
        var followUps = new FollowUps();
        followUps.AddGroup(Label);
        return task with { Element = followUps.ApplyTo(task.Element) };
    }

    private static async Task<(TestWorker Worker, TestTask[] Tasks)> TakenAsync(TestQueue queue, int count)
    {
        var worker = await queue.WorkerAsync();
        var tasks = Enumerable.Range(0, count).Select(_ => Member()).ToArray();
        await queue.EnqueueAsync(tasks);
        await queue.TakeAsync(worker, count);
        return (worker, tasks);
    }

    private static Task AckAsync(TestQueue queue, RedisScript ack, TestWorker worker, TestTask task, int keep) =>
        queue.Connection.ScriptAsync(ack, [queue.Keys.InFlight(worker.Incarnation)], [queue.Keys.Prefix, worker.Incarnation, keep, 3, 1, task.Attempt, "x"], RetryMode.Idempotent);

    /// <summary>As a monitor does, once the time in which the group may be used again is over.</summary>
    private static async Task ReleaseAsync(TestQueue queue)
    {
        foreach (var whole in (byte[][])(await queue.RawAsync("ZRANGE", queue.Key("ge"), 0, -1))!)
            await queue.RawAsync("ZADD", queue.Key("ge"), 1, whole);
        await queue.Cluster.ReleaseHeldAsync(100, CancellationToken.None);
    }

    private static Task<long> PttlAsync(TestQueue queue, TestTask task) => queue.NumberAsync("PTTL", queue.Keys.Record(task.Id.ToBytes()));

    private async Task MutantAsync(string name, string check, string replacement, Func<TestQueue, RedisScript, Task<bool>> isRight)
    {
        await using var other = new TestQueue(Server.Endpoint);
        Assert.That(await isRight(other, ScriptMutant.Of(name, check, replacement)), Is.False, "without the check");
    }
}
