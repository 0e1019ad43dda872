using System.Text.Json;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Monitor;

/// <summary>What the tools tell of clusters and queues is so.</summary>
internal sealed class TotalsTests : ClusterFixture
{
    [Test]
    public async Task After_a_run_with_kills_the_totals_equal_the_records()
    {
        var cached = new TaskOptions { Cached = TimeSpan.FromHours(1) };
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var ids = new List<string>(await Client.AsyncBulk(Enumerable.Range(0, 120).Select(_ => new TaskCall("demo.sleep", 0.1)), cached));
        ids.AddRange(await Client.AsyncBulk(Enumerable.Range(0, 30).Select(i => new TaskCall("demo.fail", $"{i}")), cached));
        ids.AddRange(await Client.AsyncBulk(Enumerable.Range(0, 5).Select(_ => new TaskCall("demo.exit", 3)), cached));
        for (var i = 0; i < 6; i++)
        {
            cluster.KillOne(new[] { "Worker", "Monitor", "Pusher" }[i % 3]);
            await Task.Delay(400);
        }

        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(60));
        var (code, output, error) = await BuiltProgram.RunAsync(BuiltProgram.Monitor, Redis.Endpoint, "", "--run-once");
        Assert.That(code, Is.Zero, error);
        var succeeded = records.Count(r => r.State == TaskState.Succeeded);
        var failed = records.Count(r => r.State == TaskState.Failed);
        Assert.That(succeeded + failed, Is.EqualTo(ids.Count));
        var dead = await Client.Dead.Count();
        Assert.That(output.Split('\n')[^1].Trim(), Is.EqualTo($"queued 0, running 0, delayed 0, succeeded {succeeded}, failed {failed}, cancelled 0, dead {dead}"));
        var sizes = await Client.Queues.Sizes();
        Assert.That(sizes.Recovered, Is.GreaterThanOrEqualTo(10), "each demo.exit took two more workers with it");
        Assert.That(sizes.Enqueued, Is.EqualTo(ids.Count));
    }

    [Test]
    public async Task Info_memory_and_health_show_what_the_cluster_reports()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "2", "--label", "blue");
        await Client.Async("demo.sleep", 60);
        await Eventually.IsTrue(async () => (await Client.Monitoring.GetInfo()).RunningTasks.Count == 1);
        var info = await BuiltProgram.RunToolAsync(Redis.Endpoint, "info", "--json");
        using var told = JsonDocument.Parse(info.Output);
        var one = told.RootElement.GetProperty("clusters")[0];
        Assert.That((one.GetProperty("label").GetString(), one.GetProperty("busy").GetInt32(), one.GetProperty("state").GetString()), Is.EqualTo(("blue", 1, "working")));
        Assert.That(one.GetProperty("running")[0].GetProperty("func").GetString(), Is.EqualTo("demo.sleep"));
        Assert.That(one.GetProperty("processes").EnumerateArray().Select(p => p.GetProperty("pid").GetInt32()), Is.SupersetOf(cluster.Children("Worker").Append(cluster.ProcessId)));

        var ids = await BuiltProgram.RunToolAsync(Redis.Endpoint, "info", "--ids");
        Assert.That(ids.Output, Is.EqualTo(one.GetProperty("cluster").GetString()));

        var memory = await BuiltProgram.RunToolAsync(Redis.Endpoint, "memory", "--workers");
        Assert.That(memory.Output, Does.Contain("#1").And.Contains($"{cluster.Children("Worker")[0]}").And.Contains("Available lowest (%)"));

        var well = await BuiltProgram.RunToolAsync(Redis.Endpoint, "health");
        Assert.That(well.ExitCode, Is.Zero, well.Output);
        await Client.AsyncBulk(Enumerable.Range(0, 40).Select(_ => new TaskCall("demo.sleep", 60)));
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).OldestWaiting > TimeSpan.FromMilliseconds(200));
        var waiting = await BuiltProgram.RunToolAsync(Redis.Endpoint, "health", "--max-oldest", "100ms", "--quiet");
        Assert.That(waiting.ExitCode, Is.EqualTo(1));
        Assert.That(waiting.Output, Does.Contain("the oldest waiting task has waited").And.Not.Contains("pusher"));
        var few = await BuiltProgram.RunToolAsync(Redis.Endpoint, "health", "--min-clusters", "2");
        Assert.That((few.ExitCode, few.Output), Is.EqualTo((1, few.Output)));
        Assert.That(few.Output, Does.Contain("At least 2 are required."));
    }

    [Test]
    public async Task Config_shows_settings_with_their_source_and_no_secret()
    {
        var secrets = new Dictionary<string, string>
        {
            ["QCLUSTER_SECRET"] = "topsecret-topsecret,another-topsecret",
            ["QCLUSTER_RESULTS"] = "postgres://joe:topsecret@db.example:5433/results",
            ["QCLUSTER_REDIS"] = "redis://:topsecret@127.0.0.1:6379",
            ["QCLUSTER_SMTP"] = "smtp://joe:topsecret@mail.example",
            ["QCLUSTER_ERROR_MAIL_TO"] = "ops@example.org",
            ["QCLUSTER_GRACE"] = "7s",
        };
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, secrets, "info", "--config");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Not.Contain("topsecret"));
        Assert.That(output, Does.Contain("2 set").And.Contains("postgres://joe:***@db.example:5433/results").And.Contains("smtp://joe:***@mail.example"));
        Assert.That(output, Does.Match(@"grace +7 s +QCLUSTER_GRACE").And.Match(@"concurrency +8 +default").And.Match(@"log_format +text +default").And.Match(@"otlp +none +default"));
    }

    [Test]
    public async Task The_tool_pauses_and_resumes_a_queue()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "pause", "default")).Output, Is.EqualTo("default paused"));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "pause", "default")).Output, Is.EqualTo("default was already paused"));
        var id = await Client.Async("math.add", 1, 2);
        Assert.That(await Client.Fetch(id, TimeSpan.FromMilliseconds(500)), Has.Property(nameof(TaskRecord.State)).EqualTo(TaskState.Queued));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "why", id)).Output, Does.Contain("has been paused since").And.Contains("qcluster resume default"));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "queues")).Output, Does.Contain("default (paused)"));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "resume", "default")).Output, Is.EqualTo("default resumed"));
        Assert.That(await Client.Result<long>(id, TimeSpan.FromSeconds(10)), Is.EqualTo(3));
    }
}
