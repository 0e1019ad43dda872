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
    public async Task Of_a_rate_limit_only_as_many_start_as_it_allows_and_the_others_hold_nobody_up()
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
    public async Task In_their_turn_they_come_in_the_order_of_their_calls_and_the_reply_says_when_to_look_again()
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
    public async Task Time_that_nobody_used_is_not_saved_up()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(Rated(1, perHour: 3600));
        await Queue.TakeAsync(worker, 1);
        await PassAsync("r", TimeSpan.FromMinutes(10));
        await Queue.EnqueueAsync(Rated(5, perHour: 3600));
        Assert.That(await Queue.TakeAsync(worker, 10), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task No_more_with_a_key_run_than_are_allowed_and_each_end_lets_one_come()
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
    public async Task A_place_is_free_again_however_its_attempt_ends([Values("ack", "retry", "release", "lost", "isolated", "dead", "cancelled")] string end)
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
    public async Task A_parked_task_can_be_cancelled_and_its_place_in_the_queue_is_not_taken_by_it()
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
    public async Task No_more_are_let_go_than_can_be_handed_out()
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
    public async Task A_task_whose_limit_only_its_worker_knows_comes_back_with_it()
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
    public async Task A_flood_of_limited_tasks_lets_others_through_within_a_few_looks()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(Rated(2000));
        var free = await Queue.AddAsync();
        var looks = 0;
        while (!(await Queue.TakeAsync(worker, 5)).Exists(t => t.Value == free.Value))
            Assert.That(++looks, Is.LessThan(10));
    }

    [Test]
    public async Task What_was_let_go_for_a_worker_that_is_shut_out_comes_to_another()
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
    public async Task The_doctor_finds_nothing_while_tasks_are_parked_and_mends_what_was_lost()
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
