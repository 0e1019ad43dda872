using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class ToolTests : ClusterFixture
{
    [Test]
    public async Task The_first_example_prints_minus_two()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async", "math.copysign", "2", "-2", "--wait", "10s");
        Assert.That((code, output), Is.EqualTo((0, "-2")), error);
    }

    [Test]
    public async Task Exit_codes_distinguish_success_failure_waiting_and_unknown()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var failed = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async", "demo.fail", "boom", "--wait", "10s");
        var late = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async", "demo.sleep", "30", "--wait", "100ms");
        var unknown = await BuiltProgram.RunToolAsync(Redis.Endpoint, "result", new string('0', 32));
        var unnamed = await BuiltProgram.RunToolAsync(Redis.Endpoint, "result", "nobody has this name");
        var malformed = await BuiltProgram.RunToolAsync(Redis.Endpoint, "result", "name@not a queue");
        var mistyped = await BuiltProgram.RunToolAsync(Redis.Endpoint, "cancle", "it");
        var health = await BuiltProgram.RunToolAsync(Redis.Endpoint, "health", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(failed.ExitCode, Is.EqualTo(1));
            Assert.That(failed.Error, Does.Contain("boom"));
            Assert.That(late.ExitCode, Is.EqualTo(2));
            Assert.That(unknown.ExitCode, Is.EqualTo(3));
            Assert.That(unnamed.ExitCode, Is.EqualTo(3));
            Assert.That(malformed.ExitCode, Is.EqualTo(64));
            Assert.That(mistyped.ExitCode, Is.EqualTo(64));
            Assert.That((health.ExitCode, health.Output), Is.EqualTo((0, health.Output)));
            Assert.That(health.Output, Does.StartWith("""{"healthy":true,"clusters":1,"""));
        });
    }

    [Test]
    public async Task An_unreachable_Redis_is_reported_with_its_address()
    {
        var (code, _, error) = await BuiltProgram.RunToolAsync("127.0.0.1:1", "queues", "--call-timeout", "500ms");
        Assert.That(code, Is.EqualTo(69));
        Assert.That(error, Does.Contain("127.0.0.1:1"));
    }

    [Test]
    public async Task A_cluster_whose_app_cannot_be_loaded_says_why_and_ends()
    {
        var (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "start", "--app", "no/such/app.dll");
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(error, Does.Contain("no/such/app.dll"));
    }

    [Test]
    public async Task Run_once_ends_when_the_queue_is_empty()
    {
        var ids = await AppendAsync(Path.Combine(Folder, "lines"), 30, 10);
        var (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "start", "--run-once", "--app", BuiltProgram.Demo);
        Assert.That(code, Is.Zero, error);
        Assert.That((await FetchAllAsync(ids, TimeSpan.FromSeconds(1))).Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded));
    }

    [Test]
    public async Task A_full_queue_refuses_a_call_with_its_limit()
    {
        var (started, _, problem) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "start", "--run-once", "--queue-limit", "1", "--app", BuiltProgram.Demo);
        Assert.That(started, Is.Zero, problem);
        var first = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async", "math.floor", "1.5");
        var second = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async", "math.floor", "2.5");
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        Assert.That((second.ExitCode, second.Output), Is.EqualTo((69, "")), second.Error);
        Assert.That(second.Error, Does.Contain("'default' has 1 waiting tasks, and its limit is 1").And.Contain("queue_limit"));
    }

    [Test]
    public async Task Every_benchmark_reports_its_figures()
    {
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "bench", "all", "--tasks", "3000", "--rounds", "1", "--json");
        Assert.That(code, Is.Zero, error);
        using var report = System.Text.Json.JsonDocument.Parse(output);
        var measures = report.RootElement.GetProperty("measures").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("median").GetDouble(), StringComparer.Ordinal);
        foreach (var name in new[] { "enqueue, one at a time", "enqueue, pipelined", "enqueue, bulk", "drain", "enqueue while draining", "latency p50", "chains, 1,000 at once", "start to first task done", "memory of an idle cluster (PSS)", "killed worker: its task runs again after" })
            Assert.That(measures, Does.ContainKey(name));
        Assert.That(measures.Values, Has.All.GreaterThanOrEqualTo(0));
        Assert.That(measures["drain"], Is.GreaterThan(0));
        var left = await Redis.CallAsync("EVAL", "return #redis.call('KEYS', 'q:{bench-*')", "0");
        Assert.That(left.Trim(), Does.EndWith("0"), "it clears up behind itself");
    }

    [Test]
    public async Task Why_explains_where_a_task_is_and_doctor_finds_nothing()
    {
        var waiting = await Client.Async("demo.sleep", 60);
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "why", waiting)).Output, Does.Contain("which no cluster serves"));
        var delayed = await Client.Async(new TaskCall("demo.echo", 1), new TaskOptions { Delay = TimeSpan.FromHours(1) });
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "why", delayed)).Output, Does.Contain("is delayed until"));
        var unknown = await BuiltProgram.RunToolAsync(Redis.Endpoint, "why", "nothing");
        Assert.That(unknown.ExitCode, Is.EqualTo(3));
        Assert.That(unknown.Output, Does.Contain("is unknown"));

        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        await Eventually.IsTrue(async () => (await BuiltProgram.RunToolAsync(Redis.Endpoint, "why", waiting)).Output.Contains("runs on worker", StringComparison.Ordinal));
        await Client.Cancel(waiting);
        await Client.Fetch(waiting, TimeSpan.FromSeconds(10));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "why", waiting)).Output, Does.Contain("was cancelled at"));
        var failed = await Client.Async("demo.fail", "no such luck");
        await Client.Fetch(failed, TimeSpan.FromSeconds(10));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "why", failed)).Output, Does.Contain("failed at").And.Contain("no such luck"));

        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "doctor")).Output, Is.EqualTo("All is well in 1 queue."));
        await Redis.CallAsync("DEL", "q:{default:default}:de");
        var found = await BuiltProgram.RunToolAsync(Redis.Endpoint, "doctor", "--json");
        Assert.That((found.ExitCode, found.Output.Contains(delayed, StringComparison.Ordinal)), Is.EqualTo((1, true)));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "doctor", "--mend")).ExitCode, Is.Zero);
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "doctor")).ExitCode, Is.Zero);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Torture_reports_that_every_promise_holds()
    {
        await using var database = await PostgresServer.StartAsync();
        var (code, output, error) = await BuiltProgram.RunToolAsync(
            Redis.Endpoint,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["QCLUSTER_RESULTS"] = database.Connection },
            "torture", "--seconds", "12", "--kills-per-second", "2", "--seed", "7", "--json");
        Assert.That(code, Is.Zero, output + error);
        Assert.That(output, Does.Contain("\"lost\":0").And.Contain("\"holds\":true"));
    }
}
