using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Scripts;

public sealed class EnqueueDelayedTests : BrokerFixture
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task A_delay_counts_from_the_clock_of_Redis()
    {
        var task = TestTask.New();
        var before = DateTimeOffset.UtcNow;
        await Queue.EnqueueInAsync(Hour, task);
        var lookup = await Queue.LookupAsync(task);
        Assert.That(lookup.Place, Is.EqualTo(TaskPlace.Delayed));
        Assert.That(lookup.Due!.Value, Is.InRange(before + Hour - TimeSpan.FromMilliseconds(2), DateTimeOffset.UtcNow + Hour + TimeSpan.FromMilliseconds(2)));
    }

    [Test]
    public async Task A_due_time_is_kept_to_the_millisecond()
    {
        var task = TestTask.New();
        var due = DateTimeOffset.FromUnixTimeMilliseconds(4_102_444_800_123);
        await Queue.EnqueueAtAsync(due, task);
        Assert.That((await Queue.LookupAsync(task)).Due, Is.EqualTo(due));
    }

    [Test]
    public async Task Tasks_come_in_the_order_of_their_due_times_and_then_of_their_ids()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = TestTask.Many(4);
        var past = DateTimeOffset.UtcNow - Hour;
        await Queue.EnqueueAtAsync(past.AddSeconds(2), tasks[0]);
        await Queue.EnqueueAtAsync(past.AddSeconds(1), tasks[1], tasks[2]);
        await Queue.EnqueueAtAsync(past, tasks[3]);
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 9)), Is.EqualTo(TestTask.Ids([tasks[3], tasks[1], tasks[2], tasks[0]])));
    }

    [Test]
    public async Task A_repeated_call_changes_nothing_in_any_state_of_the_task()
    {
        var worker = await Queue.WorkerAsync();
        var task = TestTask.New();
        await Queue.EnqueueInAsync(TimeSpan.FromMilliseconds(20), task, TestTask.New());
        var due = (await Queue.LookupAsync(task)).Due;
        await Queue.EnqueueInAsync(Hour, task);
        Assert.That((await Queue.LookupAsync(task)).Due, Is.EqualTo(due));

        await Eventually.IsTrue(async () =>
        {
            await Queue.ClaimAsync(worker.Wants(0));
            return (await Queue.SizesAsync()).Delayed == 0;
        });
        await Queue.EnqueueInAsync(Hour, task);
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Waiting));

        await Queue.TakeAsync(worker, 2);
        await Queue.EnqueueInAsync(Hour, task);
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.InFlight));

        await Queue.AckAsync(worker, task);
        await Queue.EnqueueInAsync(Hour, task);
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Finished));
        Assert.That((await Queue.SizesAsync()).Delayed, Is.Zero);
    }

    [Test]
    public async Task Only_a_task_due_before_all_others_wakes_a_pusher()
    {
        await Queue.EnqueueInAsync(Hour, TestTask.New());
        Assert.That(await Queue.TakeTokenAsync(), Is.True, "the first");
        await Queue.EnqueueInAsync(2 * Hour, TestTask.New());
        Assert.That(await Queue.TakeTokenAsync(), Is.False, "a later one");
        await Queue.EnqueueInAsync(Hour / 2, TestTask.New());
        Assert.That(await Queue.TakeTokenAsync(), Is.True, "a sooner one");
    }

    [Test]
    public async Task A_delayed_task_keeps_its_priority()
    {
        var task = TestTask.New();
        await Queue.Client.EnqueueAsync(new EnqueueBatch("default", 8, [task.Element], Delay: TimeSpan.Zero), CancellationToken.None);
        var worker = await Queue.WorkerAsync();
        await Queue.ClaimAsync(worker.Wants(0));
        Assert.That(await Queue.WaitingAsync(8), Is.EqualTo(new[] { task.Value }));
    }
}
