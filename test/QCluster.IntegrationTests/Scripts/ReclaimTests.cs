using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Wire.Packets;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Scripts;

public sealed class ReclaimTests : BrokerFixture
{
    [Test]
    public async Task Fencing_lists_tasks_in_flight_and_excludes_the_worker()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(4);
        await Queue.TakeAsync(worker, 2);
        for (var i = 0; i < 2; i++)
        {
            var elements = await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
            Assert.That(elements, Is.EquivalentTo(tasks[..2].Select(t => t.Element)));
        }

        Assert.That((await Queue.ClaimAsync(worker.Wants(9))).Tasks[0], Is.Null);
        Assert.That((await Queue.LookupAsync(tasks[0])).Place, Is.EqualTo(TaskPlace.InFlight));
        Assert.That((await Queue.LookupAsync(tasks[0])).Cluster, Is.EqualTo(TestQueue.ClusterId));
    }

    [Test]
    public async Task Back_returns_tasks_unchanged_to_the_head_and_removes_the_worker()
    {
        var (worker, tasks) = await InFlightAsync(4);
        Assert.That(await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Back, tasks), Is.EqualTo(4));
        await Queue.AddAsync();
        Assert.That((await Queue.WaitingAsync())[..4], Is.EqualTo(TestTask.Ids(tasks)));
        Assert.That((await HeadAsync("l:5")).Element, Is.EqualTo(tasks[0].Element));
        Assert.That(await Queue.NumberAsync("HEXISTS", Queue.Keys.Registrations, worker.Incarnation), Is.Zero);
    }

    [Test]
    public async Task Lost_counts_the_loss_and_starts_a_new_attempt()
    {
        var (worker, tasks) = await InFlightAsync(3);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, tasks);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
        Assert.That(TaskElement.Read((await HeadAsync("l:5")).Element), Is.EqualTo(new TaskElementHeader(1, new AttemptKey(2, tasks[0].Value))));
        Assert.That((await Queue.LookupAsync(tasks[2])).Ahead, Is.EqualTo(2));
    }

    [Test]
    public async Task Losses_stop_counting_at_255()
    {
        var task = TestTask.New();
        TaskElement.WriteHeader(task.Element, new TaskElementHeader(255, new AttemptKey(65535, task.Value)));
        await Queue.EnqueueAsync(task);
        var worker = await Queue.WorkerAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, task);
        Assert.That((await HeadAsync("l:5")).Element, Is.EqualTo(task.Element));
    }

    [Test]
    public async Task Isolate_moves_tasks_in_order_to_the_isolated_list()
    {
        var (worker, tasks) = await InFlightAsync(3);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Isolate, tasks);
        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        Assert.That(await Queue.ListAsync(Queue.Key("l:F")), Is.EqualTo(TestTask.Ids(tasks)));
        Assert.That(TaskElement.Read((await HeadAsync("l:F")).Element), Is.EqualTo(new TaskElementHeader(1, new AttemptKey(2, tasks[0].Value))));
        Assert.That((await Queue.LookupAsync(tasks[1])).Place, Is.EqualTo(TaskPlace.Waiting));
    }

    [Test]
    public async Task An_isolated_task_that_goes_back_stays_isolated()
    {
        var first = await Queue.AddAsync();
        await Queue.IsolateAsync(first);
        var worker = await Queue.WorkerAsync();
        var taken = TestTask.OfBlock((await Queue.ClaimAsync(worker.WantsIsolated())).Tasks[0]!)[0];
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Back, taken);
        Assert.That(await Queue.ListAsync(Queue.Key("l:F")), Is.EqualTo(new[] { first.Value }));
        Assert.That((await HeadAsync("l:F")).Element, Is.EqualTo(taken.Element));
    }

    [TestCase('F', "failed", 0)]
    [TestCase('D', "failed", 1)]
    [TestCase('C', "cancelled", 0)]
    public async Task Fail_dead_and_cancel_end_the_task_with_the_outcome(char decision, string counter, int dead)
    {
        var (worker, tasks) = await InFlightAsync(1);
        await Queue.FenceAndReclaimAsync(worker, (ReclaimDecision)decision, tasks);
        var lookup = await Queue.LookupAsync(tasks[0]);
        Assert.That(lookup.Record.ToArray(), Is.EqualTo((byte[])[.. TestQueue.OutcomeOf(tasks[0]), .. tasks[0].Element]));
        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        Assert.That(await Queue.NumberAsync("HGET", Queue.Key("st"), counter), Is.EqualTo(1));
        Assert.That(await Queue.NumberAsync("ZCARD", Queue.Key("dl")), Is.EqualTo(dead));
        Assert.That(await Queue.HasStateAsync(tasks[0]), Is.False);
    }

    [TestCase('B')]
    [TestCase('L')]
    [TestCase('I')]
    [TestCase('F')]
    [TestCase('D')]
    [TestCase('C')]
    public async Task A_repeated_call_changes_nothing(char decision)
    {
        var (worker, tasks) = await InFlightAsync(3);
        await Queue.FenceAndReclaimAsync(worker, (ReclaimDecision)decision, tasks);
        var before = await StateAsync();
        Assert.That(await Queue.FenceAndReclaimAsync(worker, (ReclaimDecision)decision, tasks), Is.Zero);
        Assert.That(await Queue.ReclaimAsync(worker, ReclaimDecision.Fail, tasks), Is.Zero);
        Assert.That(await StateAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_task_that_another_worker_has_is_not_touched()
    {
        var (gone, tasks) = await InFlightAsync(1);
        await Queue.FenceAndReclaimAsync(gone, ReclaimDecision.Back, tasks);
        var other = await Queue.WorkerAsync();
        await Queue.TakeAsync(other, 1);
        Assert.That(await Queue.FenceAndReclaimAsync(gone, ReclaimDecision.Dead, tasks), Is.Zero);
        Assert.That((await Queue.LookupAsync(tasks[0])).Incarnation, Is.EqualTo(other.Incarnation));
    }

    [Test]
    public async Task The_mark_stays_until_all_tasks_are_reclaimed_in_order()
    {
        var (worker, tasks) = await InFlightAsync(900);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Back, tasks[1..]);
        Assert.That(await Queue.NumberAsync("HEXISTS", Queue.Keys.Registrations, worker.Incarnation), Is.EqualTo(1));
        await Queue.ReclaimAsync(worker, ReclaimDecision.Lost, tasks[0]);
        Assert.That(await Queue.NumberAsync("HEXISTS", Queue.Keys.Registrations, worker.Incarnation), Is.Zero);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
    }

    [Test]
    public async Task Isolated_tasks_wake_a_pusher_too()
    {
        var (worker, tasks) = await InFlightAsync(1);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Isolate, tasks);
        Assert.That(await Queue.TakeTokenAsync('i'), Is.True);
    }

    private async Task<(TestWorker Worker, TestTask[] Tasks)> InFlightAsync(int count)
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(count);
        Assert.That(await Queue.TakeAsync(worker, count), Has.Count.EqualTo(count));
        return (worker, tasks);
    }

    private async Task<TestTask> HeadAsync(string list) => TestTask.Of((byte[])(await Queue.RawAsync("LINDEX", Queue.Key(list), 0))!);

    private async Task<string> StateAsync()
    {
        var parts = new List<string>();
        foreach (var list in new[] { "l:5", "l:F" }) parts.AddRange(((RedisResult[])(await Queue.RawAsync("LRANGE", Queue.Key(list), 0, -1))!).Select(r => Convert.ToHexString((byte[])r!)));
        parts.AddRange(((RedisResult[])(await Queue.RawAsync("ZRANGE", Queue.Key("dl"), 0, -1))!).Select(r => Convert.ToHexString((byte[])r!)));
        parts.AddRange(((RedisResult[])(await Queue.RawAsync("HGETALL", Queue.Key("st")))!).Select(r => (string)r!));
        return string.Join(' ', parts);
    }
}
