using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Limits over several clusters.</summary>
internal sealed class LimitedTests : ClusterFixture
{
    private static readonly TaskOptions Kept = new() { Cached = TimeSpan.FromHours(1) };

    [Test]
    public async Task A_rate_limit_holds_over_two_clusters_and_delays_no_other_task()
    {
        await using var one = await ClusterProcess.StartAsync(Redis.Endpoint);
        await using var two = await ClusterProcess.StartAsync(Redis.Endpoint);
        var limited = await Client.AsyncBulk(Enumerable.Range(0, 1100).Select(i => new TaskCall("demo.echo", i)), Kept with { RateLimit = RateLimit.Parse("100/s") });
        var longest = TimeSpan.Zero;
        for (var i = 0; i < 20; i++)
        {
            var record = (await Client.Fetch(await Client.Async("math.add", i, 1), TimeSpan.FromSeconds(10)))!;
            longest = new[] { longest, record.Started!.Value - record.Queued }.Max();
        }

        var started = (await FetchAllAsync(limited, TimeSpan.FromSeconds(30))).Select(r => r.Started!.Value).Order().ToArray();
        var inTenSeconds = started.Count(s => s < started[0].AddSeconds(10));
        Assert.That(inTenSeconds, Is.InRange(950, 1050));
        Assert.That(longest, Is.LessThan(TimeSpan.FromSeconds(1)), "a task without a limit, while a thousand were kept back");
    }

    [Test]
    public async Task A_limit_of_the_function_holds_for_clients_that_do_not_know_it()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 60).Select(_ => new TaskCall("demo.paced")), Kept);
        var started = (await FetchAllAsync(ids, TimeSpan.FromSeconds(30))).Select(r => r.Started!.Value).Order().ToArray();
        Assert.That((started[^1] - started[0]).TotalSeconds, Is.InRange(2.5, 4.5), "20 a second");
    }

    [Test]
    public async Task A_concurrency_limit_holds_while_workers_are_killed()
    {
        await using var one = await ClusterProcess.StartAsync(Redis.Endpoint);
        await using var two = await ClusterProcess.StartAsync(Redis.Endpoint);
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 40).Select(_ => new TaskCall("demo.sleep", 0.15)), Kept with { ConcurrencyKey = "narrow", ConcurrencyLimit = 3 });
        for (var i = 0; i < 4; i++)
        {
            await Task.Delay(200);
            one.KillOne("Worker");
        }

        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(60));
        Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded));
        var most = records.Max(r => records.Count(o => o.Started <= r.Started && o.Stopped > r.Started));
        Assert.That(most, Is.InRange(2, 3));
        Assert.That(await Redis.CallAsync("EVAL", "return #redis.call('KEYS', 'q:{default:default}:lc:*') + #redis.call('KEYS', 'q:{default:default}:p*')", "0"), Does.EndWith("0").Or.EndWith("0\n"));
    }
}
