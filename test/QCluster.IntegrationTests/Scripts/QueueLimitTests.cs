using QCluster.IntegrationTests.Broker;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>A queue with a limit refuses new tasks beyond it, and nothing else.</summary>
public sealed class QueueLimitTests : BrokerFixture
{
    private Task<byte[]?> EnqueueAsync(params TestTask[] tasks) => EnqueueAsync(null, tasks);

    private Task<byte[]?> EnqueueAsync(TimeSpan? delay, params TestTask[] tasks) =>
        Queue.Client.EnqueueAsync(new EnqueueBatch(TaskId.DefaultQueue, 5, [.. tasks.Select(t => t.Element)], delay), CancellationToken.None);

    private Task LimitAsync(int? limit) => Queue.Cluster.LimitAsync(limit, CancellationToken.None);

    private static (long Length, long Limit)? Refusal(byte[]? answer) =>
        QueueRefusal.IsOne(answer) && QueueRefusal.Error(answer!, "q", 1) is var error ? (error.Length, error.Limit) : null;

    private static TestTask With(Action<FollowUps> add)
    {
        var task = TestTask.New();
        var followUps = new FollowUps();
        add(followUps);
        return task with { Element = followUps.ApplyTo(task.Element) };
    }

    [Test]
    public async Task A_task_beyond_the_limit_is_refused()
    {
        await LimitAsync(2);
        await Queue.AddManyAsync(2);
        var third = TestTask.New();
        Assert.That(Refusal(await EnqueueAsync(third)), Is.EqualTo((2L, 2L)));
        Assert.That((await Queue.LookupAsync(third)).Place, Is.EqualTo(TaskPlace.Unknown), "nothing was enqueued");

        await Queue.TakeAsync(await Queue.WorkerAsync(), 1);
        Assert.That(await EnqueueAsync(third), Is.Null, "one runs, one waits");
        await LimitAsync(null);
        Assert.That(await EnqueueAsync(TestTask.New()), Is.Null, "the limit is gone");
    }

    [Test]
    public async Task Delayed_and_isolated_tasks_and_other_priorities_count()
    {
        await LimitAsync(4);
        await EnqueueAsync(TimeSpan.FromHours(1), TestTask.New());
        await Queue.IsolateAsync(await Queue.AddAsync(priority: 9));
        await Queue.AddAsync(priority: 9);
        await Queue.AddAsync(priority: 0);
        Assert.That(Refusal(await EnqueueAsync(TestTask.New())), Is.EqualTo((4L, 4L)));
        Assert.That(Refusal(await EnqueueAsync(TimeSpan.FromHours(1), TestTask.New())), Is.EqualTo((4L, 4L)), "a delayed one too");
    }

    [Test]
    public async Task A_cancelled_task_makes_room_at_once()
    {
        await LimitAsync(1);
        var first = await Queue.AddAsync();
        await Queue.CancelAsync(first);
        Assert.That(await EnqueueAsync(TestTask.New()), Is.Null);
    }

    [TestCase(3)]
    [TestCase(2500)]
    public async Task A_bulk_is_refused_as_a_whole(int count)
    {
        await LimitAsync(count);
        await Queue.AddAsync();
        foreach (var delay in new TimeSpan?[] { null, TimeSpan.FromHours(1) })
            Assert.That(Refusal(await EnqueueAsync(delay, TestTask.Many(count))), Is.EqualTo((1L, (long)count)));
        Assert.That((await Queue.SizesAsync()).Waiting, Is.EqualTo(1));
        Assert.That(await EnqueueAsync(TestTask.Many(count - 1)), Is.Null, "so many fit");
        Assert.That((await Queue.SizesAsync()).Waiting, Is.EqualTo(count));
    }

    [Test]
    public async Task Joined_calls_are_accepted_up_to_the_limit()
    {
        await LimitAsync(100);
        var tasks = TestTask.Many(300);
        var answers = await Task.WhenAll(tasks.Select(task => EnqueueAsync(task)));
        Assert.That(answers.Count(answer => answer is null), Is.EqualTo(100));
        var waiting = await Queue.WaitingAsync();
        Assert.That(waiting, Is.EquivalentTo(tasks.Zip(answers).Where(pair => pair.Second is null).Select(pair => pair.First.Id.Value)), "those that were not refused");
    }

    [Test]
    public async Task A_repeated_call_of_an_accepted_task_is_not_refused()
    {
        await LimitAsync(2);
        var tasks = TestTask.Many(2);
        Assert.That(await EnqueueAsync(tasks), Is.Null);
        Assert.That(await EnqueueAsync(tasks), Is.Null, "the bulk again");
        Assert.That(await EnqueueAsync(tasks[1]), Is.Null, "one of them again");
        var delayed = TestTask.New();
        await LimitAsync(3);
        for (var i = 0; i < 2; i++)
            Assert.That(await EnqueueAsync(TimeSpan.FromHours(1), delayed), Is.Null);
    }

    [Test]
    public async Task A_full_queue_returns_the_holder_of_a_unique_key_and_grants_none()
    {
        await LimitAsync(1);
        var holder = With(f => f.AddUnique("k", null));
        Assert.That(await EnqueueAsync(holder), Is.Null);
        Assert.That(await EnqueueAsync(With(f => f.AddUnique("k", null))), Is.EqualTo(holder.Id.ToBytes()));
        Assert.That(Refusal(await EnqueueAsync(With(f => f.AddUnique("other", null)))), Is.Not.Null);
        await LimitAsync(2);
        Assert.That(await EnqueueAsync(With(f => f.AddUnique("other", null))), Is.Null, "the key is still free");
    }

    [Test]
    public async Task Follow_ups_of_accepted_tasks_are_never_refused()
    {
        await LimitAsync(1);
        await Queue.AddAsync();
        var forced = TestTask.New();
        var batch = new EnqueueBatch(TaskId.DefaultQueue, 5, [forced.Element], Forced: true);
        Assert.That(await Queue.Client.EnqueueAsync(batch, CancellationToken.None), Is.Null, "a step of a chain of another queue");
        Assert.That(await Queue.Client.EnqueueAsync(batch with { Elements = [TestTask.New().Element], Delay = TimeSpan.FromHours(1) }, CancellationToken.None), Is.Null, "and a delayed one");

        var worker = await Queue.WorkerAsync();
        var taken = await Queue.TakeAsync(worker, 2);
        await Queue.AddAsync();
        await Queue.ReleaseAsync(worker, [.. taken]);
        Assert.That((await Queue.SizesAsync()).Waiting, Is.EqualTo(2), "what a worker gives back");
    }
}
