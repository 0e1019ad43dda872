using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Rate and concurrency limits: what is over them is parked, in nobody's way, and comes in its turn.</summary>
public sealed class LimitTests : BrokerFixture
{
    private static TestTask With(Action<FollowUps> add)
    {
        var task = TestTask.New();
        var followUps = new FollowUps();
        add(followUps);
        return task with { Element = followUps.ApplyTo(task.Element) };
    }

    private static TestTask[] Rated(int count, int perHour = 1, string key = "r") => [.. Enumerable.Range(0, count).Select(_ => With(f => f.AddRate(new RateLimit(perHour, TimeSpan.FromHours(1)), key)))];

    private static TestTask[] Concurrent(int count, int most = 1, string key = "k") => [.. Enumerable.Range(0, count).Select(_ => With(f => f.AddConcurrency(most, key)))];

    private Task<TaskPlace[]> PlacesAsync(IEnumerable<TestTask> tasks) => Task.WhenAll(tasks.Select(async t => (await Queue.LookupAsync(t)).Place));

    /// <summary>As if so much time had passed: the pace and what is parked behind it are moved back.</summary>
    private async Task PassAsync(string key, TimeSpan time)
    {
        var at = double.Parse((string)(await Queue.RawAsync("GET", Queue.Key("lt:" + key)))!, System.Globalization.CultureInfo.InvariantCulture);
        await Queue.RawAsync("SET", Queue.Key("lt:" + key), $"{at - time.TotalMicroseconds:0}");
        await Queue.RawAsync("ZINCRBY", Queue.Key("pk"), -time.TotalMilliseconds, "l" + key);
    }

    [Test]
    public async Task A_rate_limit_parks_further_tasks_and_delays_no_others()
    {
        var worker = await Queue.WorkerAsync();
        var limited = Rated(5);
        await Queue.EnqueueAsync(limited);
        var free = await Queue.AddManyAsync(3);
        var taken = await Queue.TakeAsync(worker, 4);
        Assert.That(TestTask.Ids(taken), Is.EqualTo(TestTask.Ids([limited[0], .. free])));
        Assert.That(await PlacesAsync(limited), Is.EqualTo(new[] { TaskPlace.InFlight, TaskPlace.Limited, TaskPlace.Limited, TaskPlace.Limited, TaskPlace.Limited }));
        var sizes = await Queue.SizesAsync();
        Assert.That((sizes.Waiting, sizes.Limited), Is.EqualTo((4, 4)));
    }

    [Test]
    public async Task Parked_tasks_start_in_order_and_the_reply_has_the_next_time()
    {
        var worker = await Queue.WorkerAsync();
        var limited = Rated(4, perHour: 3600);
        await Queue.EnqueueAsync(limited);
        var reply = await Queue.ClaimAsync(worker.Wants(10));
        Assert.That(TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!)), Is.EqualTo(TestTask.Ids(limited[..1])));
        Assert.That(reply.NextDueMilliseconds, Is.InRange(500, 1000));
        await PassAsync("r", TimeSpan.FromSeconds(1));
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 10)), Is.EqualTo(TestTask.Ids(limited[1..2])));
        await Queue.EnqueueAsync(Rated(1, perHour: 3600));
        await PassAsync("r", TimeSpan.FromSeconds(1));
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 10)), Is.EqualTo(TestTask.Ids(limited[2..3])), "a later one does not overtake");
    }

    [Test]
    public async Task Unused_permits_of_a_rate_limit_do_not_accumulate()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(Rated(1, perHour: 3600));
        await Queue.TakeAsync(worker, 1);
        await PassAsync("r", TimeSpan.FromMinutes(10));
        await Queue.EnqueueAsync(Rated(5, perHour: 3600));
        Assert.That(await Queue.TakeAsync(worker, 10), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_concurrency_limit_holds_and_each_end_starts_one_more_task()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = Concurrent(4, most: 2);
        await Queue.EnqueueAsync(tasks);
        var running = await Queue.TakeAsync(worker, 10);
        Assert.That(TestTask.Ids(running), Is.EqualTo(TestTask.Ids(tasks[..2])));
        await Queue.TakeTokenAsync();
        await Queue.AckAsync(worker, running[0]);
        Assert.That(await Queue.TakeTokenAsync(), Is.True, "a pusher is woken");
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 10)), Is.EqualTo(TestTask.Ids(tasks[2..3])));
        Assert.That(await Queue.TakeAsync(worker, 10), Is.Empty);
    }

    [Test]
    public async Task Every_end_of_an_attempt_releases_its_permit([Values("ack", "retry", "release", "lost", "isolated", "dead", "cancelled")] string end)
    {
        var worker = await Queue.WorkerAsync();
        var tasks = Concurrent(2);
        await Queue.EnqueueAsync(tasks);
        var first = (await Queue.TakeAsync(worker, 5)).Single();
        switch (end)
        {
            case "ack":
                await Queue.AckAsync(worker, first);
                break;
            case "retry":
                await Queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(first.Attempt, [1], 600_000, AckKind.Retry)], CancellationToken.None);
                break;
            case "release":
                await Queue.ReleaseAsync(worker, first);
                break;
            case "cancelled":
                await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
                await Queue.CancelAsync(first);
                break;
            default:
                await Queue.FenceAndReclaimAsync(worker, end == "lost" ? ReclaimDecision.Lost : end == "isolated" ? ReclaimDecision.Isolate : ReclaimDecision.Dead, first);
                break;
        }

        Assert.That(await Queue.NumberAsync("SCARD", Queue.Key("lc:k")), Is.Zero);
        var another = await Queue.WorkerAsync();
        var next = (await Queue.TakeAsync(another, 5)).Single();
        Assert.That(tasks.Select(t => t.Value), Does.Contain(next.Value));
    }

    [Test]
    public async Task A_parked_task_that_is_cancelled_takes_no_permit()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = Concurrent(3);
        await Queue.EnqueueAsync(tasks);
        var first = (await Queue.TakeAsync(worker, 5)).Single();
        Assert.That(await Queue.CancelAsync(tasks[1]), Is.EqualTo(CancelResult.Cancelled));
        await Queue.AckAsync(worker, first);
        Assert.That((await Queue.TakeAsync(worker, 5)).Single().Value, Is.EqualTo(tasks[2].Value));
        await Queue.AckAsync(worker, tasks[2]);
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("pk"), Queue.Key("pe"), Queue.Key("p:5kk"), Queue.Key("lc:k")), Is.Zero, "nothing is left");
    }

    [Test]
    public async Task Parked_tasks_of_higher_priority_come_first_and_keep_their_priority()
    {
        var worker = await Queue.WorkerAsync();
        var low = Concurrent(2);
        var high = Concurrent(1);
        await Queue.EnqueueAsync(2, low);
        var first = (await Queue.TakeAsync(worker, 5)).Single();
        await Queue.EnqueueAsync(8, high);
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);
        await Queue.AckAsync(worker, first);
        Assert.That((await Queue.TakeAsync(worker, 5)).Single().Value, Is.EqualTo(high[0].Value));
    }

    [Test]
    public async Task No_more_parked_tasks_are_released_than_can_be_claimed()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = Rated(10, perHour: 3_600_000);
        await Queue.EnqueueAsync(Rated(1, perHour: 1, key: "other"));
        await Queue.EnqueueAsync(tasks);
        await Queue.RawAsync("SET", Queue.Key("lt:r"), $"{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds() * 1000.0:0}");
        await Queue.TakeAsync(worker, 20);
        await PassAsync("r", TimeSpan.FromHours(2));
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 4)), Is.EqualTo(TestTask.Ids(tasks[..4])));
        Assert.That((await Queue.SizesAsync()).WaitingByPriority.Sum(), Is.Zero, "the others stay parked");
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 4)), Is.EqualTo(TestTask.Ids(tasks[4..8])));
    }

    [Test]
    public async Task A_task_returns_with_a_limit_that_only_its_worker_knew()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(2);
        await Queue.TakeAsync(worker, 2);
        var limit = new FollowUps();
        limit.AddRate(new RateLimit(1, TimeSpan.FromHours(1)), "f");
        await Queue.Cluster.AckAsync(worker.Incarnation, [.. tasks.Select(t => new AckItem(t.Attempt, limit.ToItems(), 0, AckKind.Limited))], CancellationToken.None);
        var again = (await Queue.TakeAsync(worker, 5)).Single();
        Assert.That(TaskElement.Read(again.Element).Key.Attempt, Is.EqualTo(1), "it had not begun");
        Assert.That(TaskElement.HasItem(again.Element, 'l'), Is.True);
        Assert.That((await Queue.SizesAsync()).Limited, Is.EqualTo(1));
        await Queue.AckAsync(worker, again);
        Assert.That((await Queue.LookupAsync(again)).Record.Span[^40], Is.EqualTo(TaskElement.Version), "the record has no sections");
    }

    [Test]
    public async Task Other_tasks_pass_a_flood_of_limited_ones_within_a_few_claims()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(Rated(2000));
        var free = await Queue.AddAsync();
        var looks = 0;
        while (!(await Queue.TakeAsync(worker, 5)).Exists(t => t.Value == free.Value))
            Assert.That(++looks, Is.LessThan(10));
    }

    [Test]
    public async Task A_task_released_for_a_fenced_worker_goes_to_another()
    {
        var worker = await Queue.WorkerAsync();
        var gone = await Queue.WorkerAsync();
        var tasks = Concurrent(3);
        await Queue.EnqueueAsync(tasks);
        await Queue.AckAsync(worker, (await Queue.TakeAsync(worker, 5)).Single());
        await Queue.Cluster.FenceAsync(gone.Incarnation, CancellationToken.None);
        Assert.That((await Queue.ClaimAsync(gone.Wants(5))).Tasks[0], Is.Null);
        // As if it had been let go, and then not been handed out.
        await Queue.RawAsync("ZADD", Queue.Key("pk"), "+inf", "kk");
        await Queue.EnqueueAsync(Concurrent(1));
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);
        Assert.That((await Queue.TakeAsync(worker, 5)).Single().Value, Is.EqualTo(tasks[1].Value));
    }

    [Test]
    public async Task The_doctor_accepts_parked_tasks_and_mends_lost_entries()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync([.. Concurrent(3), .. Rated(3)]);
        await Queue.TakeAsync(worker, 10);
        Assert.That(await Queue.Client.ExamineAsync(TaskId.DefaultQueue, mend: false, CancellationToken.None), Is.Empty);
        await Queue.RawAsync("SADD", Queue.Key("lc:k"), TestTask.New().Id.ToBytes());
        await Queue.RawAsync("ZREM", Queue.Key("pk"), "lr");
        Assert.That(await Queue.Client.ExamineAsync(TaskId.DefaultQueue, mend: true, CancellationToken.None), Has.Count.EqualTo(2));
        Assert.That(await Queue.Client.ExamineAsync(TaskId.DefaultQueue, mend: false, CancellationToken.None), Is.Empty);
    }
}
