using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Results in a real database that is not always there.</summary>
internal sealed class DatabaseTests : ClusterFixture
{
    private PostgresServer _database = null!;
    private QClusterClient _client = null!;

    [SetUp]
    public async Task StartDatabase()
    {
        _database = await PostgresServer.StartAsync();
        _client = new QClusterClient(new QClusterOptions { Redis = Redis.Endpoint, Results = _database.Connection });
    }

    [TearDown]
    public async Task StopDatabase()
    {
        await _client.DisposeAsync();
        await _database.DisposeAsync();
    }

    private Task<ClusterProcess> StartAsync(params string[] arguments) => ClusterProcess.StartAsync(Redis.Endpoint, ["--results", _database.Connection, .. arguments]);

    /// <summary>None as long as the monitor has not made the table.</summary>
    private async Task<long> RowsAsync() => await _database.QueryAsync("SELECT to_regclass('qcluster.tasks') IS NULL") == "t" ? 0 : long.Parse(await _database.QueryAsync("SELECT count(*) FROM qcluster.tasks"), System.Globalization.CultureInfo.InvariantCulture);

    [Test]
    public async Task Uncached_tasks_are_read_from_the_database_after_Redis_drops_them()
    {
        await using var cluster = await StartAsync();
        var options = new TaskOptions { Group = "g", TaskName = "n" };
        var good = await _client.Async(new TaskCall("demo.echo", "x"), options);
        var bad = await _client.Async(new TaskCall("demo.fail", "no"), options with { TaskName = null });
        var cached = await _client.Async(new TaskCall("demo.echo", "y"), new TaskOptions { Cached = TimeSpan.FromMinutes(1) });
        Assert.That(await _client.Result(good, TimeSpan.FromSeconds(10)), Is.EqualTo("x"), cluster.Log);
        await _client.Fetch(bad, TimeSpan.FromSeconds(10));
        await _client.Fetch(cached, TimeSpan.FromSeconds(10));
        await Eventually.IsTrue(async () => await RowsAsync() == 2);

        await Redis.CallAsync("EVAL", "for _, k in ipairs(redis.call('KEYS', 'q:{default:default}:[rgn]*')) do redis.call('DEL', k) end", "0");
        Assert.That(await _client.Result(good), Is.EqualTo("x"));
        Assert.That(await _client.Result("n"), Is.EqualTo("x"));
        Assert.That(await _client.ResultGroup("g"), Is.EqualTo(new[] { "x" }));
        Assert.That(await _client.CountGroup("g", failures: true), Is.EqualTo(1));
        Assert.That((await _client.Failures.Query(new TaskQuery { Func = "demo.fail" })).Tasks.Single().Error!.Message, Is.EqualTo("no"));
        Assert.That(await _client.Result(await _client.Retry(good), TimeSpan.FromSeconds(10)), Is.EqualTo("x"));
        Assert.That(await _client.Successes.Delete(), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Outcomes_wait_in_Redis_while_the_database_is_unavailable()
    {
        const int count = 5000;
        await using var cluster = await StartAsync();
        await _client.AsyncBulk(Enumerable.Range(0, count / 2).Select(i => new TaskCall("demo.echo", i)));
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded > count / 10);
        await _database.StopAsync();
        await _client.AsyncBulk(Enumerable.Range(count / 2, count / 2).Select(i => new TaskCall("demo.echo", i)));
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded == count, TimeSpan.FromSeconds(30), "the tasks do not wait for the database");
        await Eventually.IsTrue(() => cluster.Log.Contains("wait in Redis", StringComparison.Ordinal));
        // As long as an operator takes to see it.
        await Task.Delay(TimeSpan.FromSeconds(10));
        await _database.StartAgainAsync();
        await Eventually.IsTrue(async () => await RowsAsync() == count, TimeSpan.FromSeconds(30), "all rows are there");
        Assert.That(await _database.QueryAsync("SELECT count(DISTINCT id), count(*) FILTER (WHERE state = 3) FROM qcluster.tasks"), Is.EqualTo($"{count}|{count}"));
        Assert.That(await Redis.CallAsync("EXISTS", "q:{default:default}:sv:3"), Does.Contain("0"), "nothing waits any more");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Each_record_is_saved_exactly_once_while_monitors_are_killed()
    {
        const int count = 20_000;
        await using var cluster = await StartAsync();
        await _client.AsyncBulk(Enumerable.Range(0, count).Select(i => new TaskCall("demo.echo", i)));
        for (var kills = 0; kills < 5;)
        {
            if (cluster.KillOne("Monitor"))
                kills++;
            await Task.Delay(400);
        }

        await Eventually.IsTrue(async () => await RowsAsync() == count, TimeSpan.FromSeconds(60), "all rows are there");
        Assert.That((await Client.Queues.Sizes()).Succeeded, Is.EqualTo(count));
    }

    [Test]
    public async Task A_cluster_with_run_once_has_saved_all_records_when_it_ends()
    {
        await _client.AsyncBulk(Enumerable.Range(0, 500).Select(i => new TaskCall("demo.echo", i)));
        await using var cluster = await StartAsync("--run-once");
        Assert.That(await cluster.WaitForExitAsync(TimeSpan.FromSeconds(20)), Is.Zero, cluster.Log);
        Assert.That(await RowsAsync(), Is.EqualTo(500), cluster.Log);
    }

    [Test]
    public async Task The_tool_lists_the_tasks_in_the_database()
    {
        await using var cluster = await StartAsync();
        await _client.Fetch(await _client.Async("math.add", 1, 2), TimeSpan.FromSeconds(10));
        await Eventually.IsTrue(async () => await RowsAsync() == 1);
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "successes", "--results", _database.Connection, "--json");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("\"result\":3"));
        await _database.StopAsync();
        (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "successes", "--results", _database.Connection);
        Assert.That(code, Is.EqualTo(69));
        Assert.That(error, Does.Contain("cannot be reached").And.Not.Contain("secret-of-the-test"));
    }
}
