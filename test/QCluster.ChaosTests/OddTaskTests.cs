using System.Diagnostics;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>What users' code does to a worker without meaning to.</summary>
internal sealed class OddTaskTests : ClusterFixture
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    [TestCase("1")]
    [TestCase("8")]
    public async Task No_task_sees_the_execution_context_of_another(string concurrency)
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--concurrency", concurrency);
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 200).Select(i => new TaskCall("odd.tenant", $"tenant {i}")));
        var records = await FetchAllAsync(ids, Wait);
        Assert.That(records.Select(r => (r.State, r.Result)), Is.All.EqualTo((TaskState.Succeeded, (object?)null)), cluster.Log);
    }

    [Test]
    public async Task An_unreadable_exception_does_not_affect_other_tasks()
    {
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        var worker = cluster.Children("Worker").Single();
        var neighbours = await AppendAsync(path, 7, 3_000);
        var record = await Client.Fetch(await Client.Async("odd.mute"), Wait);
        Assert.That((record!.State, record.Error!.Reason, record.Attempt), Is.EqualTo((TaskState.Failed, FailureReason.Exception, 1)), cluster.Log);
        Assert.That((record.Error.Type, record.Error.Message), Is.EqualTo(("QCluster.Demo.OddFunctions+MuteException", "(its message could not be read: NotSupportedException)")));
        await FetchAllAsync(neighbours, Wait);
        Assert.That(Lines(path).Values, Is.All.EqualTo(1).And.Exactly(7).Items);
        Assert.That(cluster.Children("Worker"), Is.EqualTo(new[] { worker }));
    }

    [Test]
    public async Task A_huge_error_text_is_cut_and_every_verb_can_read_it()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        var id = await Client.Async(new TaskCall("odd.loud", 40_000_000), new TaskOptions { Group = "loud" });
        var record = await Client.Fetch(id, Wait);
        Assert.That(record!.Error!.Message, Does.EndWith("... (cut: it had 40,000,000 characters)"), cluster.Log);
        Assert.That(record.Error.Stack, Does.Contain("OddFunctions.Loud").And.Not.Contain("QCluster.Hosting").And.Not.Contain("FunctionInvoker"));
        Assert.That((await Client.Failures.Query()).Tasks.Single().Id, Is.EqualTo(id));
        Assert.That((await Client.FetchGroup("loud", failures: true))!.Single().Error, Is.EqualTo(record.Error));
        var longest = await Redis.CallAsync("EVAL", "local most = 0 for _, key in ipairs(redis.call('KEYS', '*:r:*')) do most = math.max(most, redis.call('STRLEN', key)) end return most", "0");
        Assert.That(int.Parse(longest.TrimStart(':')), Is.InRange(4_000, 20_000));
    }

    [Test]
    public async Task Tasks_have_the_machines_cultures()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        Assert.That(await Client.Result<string>(await Client.Async("odd.culture", "de-DE", 1234.5), Wait), Is.EqualTo("1.234,50"), cluster.Log);
    }

    [TestCase("timeout")]
    [TestCase("cancel")]
    [TestCase("kill")]
    [TestCase("stop")]
    [TestCase("sentinel")]
    public async Task Programs_that_a_task_started_end_with_its_worker(string how)
    {
        var seconds = $"9{Random.Shared.Next(100_000, 999_999)}";
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--grace", "1s");
        var id = await Client.Async(new TaskCall("odd.shell", seconds), new TaskOptions { Timeout = how == "timeout" ? TimeSpan.FromSeconds(1) : null, TaskName = "shell" });
        await Eventually.IsTrue(() => Sleepers(seconds).Count == 2, TimeSpan.FromSeconds(10), "both run");
        switch (how)
        {
            case "cancel":
                await Client.Cancel(id);
                break;
            case "kill":
                cluster.KillOne("Worker");
                await Task.Delay(500);
                await Client.Cancel(id);
                break;
            case "sentinel":
                cluster.Send(Signal.Kill);
                break;
            case "stop":
                cluster.Send(Signal.Terminate);
                await cluster.WaitForExitAsync(TimeSpan.FromSeconds(10));
                break;
        }

        await Eventually.IsTrue(() => Sleepers(seconds).Count == 0, TimeSpan.FromSeconds(15), "none is left");
    }

    [Test]
    public async Task A_program_that_outlives_its_task_does_not_delay_shutdown()
    {
        var seconds = $"8{Random.Shared.Next(100_000, 999_999)}";
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        try
        {
            Assert.That((await Client.Fetch(await Client.Async("odd.daemon", seconds), Wait))!.State, Is.EqualTo(TaskState.Succeeded));
            Assert.That((await Client.Fetch(await Client.Async("demo.echo", 1), Wait))!.State, Is.EqualTo(TaskState.Succeeded));
            cluster.Send(Signal.Terminate);
            // It has the cluster's stdout too, so the end of that is no sign.
            await Eventually.IsTrue(() => !cluster.IsRunning, TimeSpan.FromSeconds(10));
            Assert.That(Sleepers(seconds), Has.Count.EqualTo(1), "a worker that leaves in good order takes nothing along");
        }
        finally
        {
            foreach (var pid in Sleepers(seconds))
                Signals.TrySend(pid, Signal.Kill);
        }
    }

    [Test]
    public async Task A_flood_of_log_entries_is_cut_and_does_not_delay_tasks()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        var worker = cluster.Children("Worker").Single();
        var flood = await Client.Async("odd.flood", 100_000, 2_000);
        var line = await Client.Async("odd.long_line", 50_000_000);
        Assert.That((await FetchAllAsync([flood, line], TimeSpan.FromSeconds(60))).Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), "they end");
        await Eventually.IsTrue(() => cluster.Log.Contains("log entries were dropped", StringComparison.Ordinal) && cluster.Log.Contains("more bytes)", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.That(cluster.Log, Has.Length.LessThan(40_000_000));
        Assert.That(cluster.Children("Worker"), Is.EqualTo(new[] { worker }));
        using var sentinel = Process.GetProcessById(cluster.ProcessId);
        Assert.That(sentinel.WorkingSet64 >> 20, Is.LessThan(200), "MiB of the sentinel");
    }

    [Test]
    public async Task Log_entries_of_a_task_keep_level_category_event_and_exception()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--log-format", "json");
        var id = await Client.Async("odd.log");
        await Eventually.IsTrue(() => cluster.Log.Contains("Could not write invoice", StringComparison.Ordinal));
        var entry = System.Text.Json.JsonDocument.Parse(cluster.Log.Split('\n').Single(l => l.Contains("Could not write invoice", StringComparison.Ordinal))).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(entry.GetProperty("level").GetString(), Is.EqualTo("error"));
            Assert.That(entry.GetProperty("category").GetString(), Is.EqualTo("odd.log"));
            Assert.That((entry.GetProperty("event_id").GetInt32(), entry.GetProperty("event").GetString()), Is.EqualTo((901, "Failed")));
            Assert.That(entry.GetProperty("values").GetProperty("Document").GetString(), Is.EqualTo("invoice"));
            Assert.That(entry.GetProperty("scope").GetProperty("Order").GetInt32(), Is.EqualTo(4711));
            Assert.That(entry.GetProperty("scope").EnumerateObject().Count(p => p.Name == "TaskId"), Is.EqualTo(1));
            Assert.That(entry.GetProperty("scope").GetProperty("TaskId").GetString(), Is.EqualTo(id));
            Assert.That(entry.GetProperty("exception").GetString(), Does.StartWith("System.IO.IOException: the disk"));
        });
    }

    [Test]
    public async Task A_long_task_is_shown_as_started()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 3).Select(_ => new TaskCall("demo.sleep", 20)));
        await Eventually.IsTrue(async () => (await Client.Fetch(ids[0]))!.State == TaskState.Running);
        await Task.Delay(1_500);
        foreach (var id in ids)
            Assert.That((await Client.GetTaskInfo(id))!.TimeStarted, Is.Not.Null);
        Assert.That((await Client.Monitoring.GetInfo()).Clusters.Single().Running, Is.EqualTo(3));
    }

    [Test]
    public async Task The_record_of_a_killed_awaiting_task_has_its_chain_of_methods()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--grace", "1s");
        var spin = await Client.Async("demo.spin", 30);
        var record = await Client.Fetch(await Client.Async(new TaskCall("odd.forever"), new TaskOptions { Timeout = TimeSpan.FromSeconds(1) }), Wait);
        await Client.Cancel(spin);
        Assert.That(record!.Error!.Stack!.Split('\n').Select(l => l.TrimEnd('\r')), Is.EqualTo(new[]
        {
            "   (waits for System.Threading.Tasks.Task)",
            "   at QCluster.Demo.OddFunctions.WaitForSupplier(Task order)",
            "   at QCluster.Demo.OddFunctions.WaitForStock(Task order)",
            "   at QCluster.Demo.OddFunctions.Forever()",
        }), cluster.Log);
    }

    [Test]
    public async Task The_record_of_a_killed_running_task_has_the_frames_of_its_thread()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--grace", "1s");
        var record = await Client.Fetch(await Client.Async(new TaskCall("demo.spin", 0), new TaskOptions { Timeout = TimeSpan.FromSeconds(1) }), Wait);
        var frames = record!.Error!.Stack!.Split('\n');
        Assert.That(frames[^1], Does.Contain("DemoFunctions.Spin"), record.Error.Stack);
        Assert.That(frames, Has.Length.LessThan(8));
    }

    [TestCase("throw", "The startup class QCluster.Demo.OddStartup threw in its ConfigureServices: System.InvalidOperationException: the settings of the shop are missing")]
    [TestCase("exit", "ended again and again before it was ready. The last time its process exited with code 3")]
    public async Task A_failed_start_stops_the_cluster_with_the_reason(string how, string reason)
    {
        var start = new ProcessStartInfo(BuiltProgram.Tool, ["start", "--redis", Redis.Endpoint, "--app", BuiltProgram.Demo, "--workers", "2"]) { RedirectStandardError = true, UseShellExecute = false };
        start.Environment["ODD_STARTUP"] = how;
        using var cluster = Process.Start(start)!;
        var log = cluster.StandardError.ReadToEndAsync();
        try
        {
            await cluster.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        }
        finally
        {
            if (!cluster.HasExited)
                cluster.Kill(entireProcessTree: true);
        }

        Assert.That(cluster.ExitCode, Is.EqualTo(1), await log);
        Assert.That((await log).Split('\n').Where(l => l.StartsWith("qcluster: ", StringComparison.Ordinal)), Has.Exactly(1).Contains(reason), await log);
    }

    [Test]
    public async Task During_a_rollout_each_task_runs_where_its_function_exists()
    {
        await using var old = await ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--redis", Redis.Endpoint, "--workers", "2"], new Dictionary<string, string>(StringComparer.Ordinal));
        await using (var next = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1"))
        {
            await Eventually.IsTrue(async () => (await Redis.CallAsync("EVAL", "return #redis.call('KEYS', '*:fn:*')", "0")).TrimStart(':') == "2", TimeSpan.FromSeconds(10));
            var ids = await Client.AsyncBulk(Enumerable.Range(0, 100).Select(i => new TaskCall("demo.echo", i)));
            var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(40));
            Assert.That(records.Select(r => (r.State, r.Attempt)), Is.All.EqualTo((TaskState.Succeeded, 1)), old.Log + next.Log);
            next.Send(Signal.Terminate);
            Assert.That(await next.WaitForExitAsync(TimeSpan.FromSeconds(10)), Is.Zero, next.Log);
        }

        var alone = await Client.Fetch(await Client.Async("demo.echo", 1), Wait);
        Assert.That(alone!.Error?.Reason, Is.EqualTo(FailureReason.UnknownFunction), old.Log);
    }

    /// <summary>The living programs that sleep for so long.</summary>
    private static List<int> Sleepers(string seconds)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")) == $"sleep\0{seconds}\0")
                    found.Add(int.Parse(Path.GetFileName(folder)));
            }
            catch (IOException)
            {
                // It ended while it was looked at.
            }
        }

        return found;
    }
}
