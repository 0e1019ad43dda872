using QCluster.TestSupport;

namespace QCluster.ChaosTests.Monitor;

/// <summary>qmonitor in a real terminal, by its keys.</summary>
internal sealed class MonitorScreenTests : ClusterFixture
{
    private Task<PseudoTerminal> OpenAsync(int width = 80, int height = 24) =>
        PseudoTerminal.StartAsync(width, height, new Dictionary<string, string> { ["QCLUSTER_REDIS"] = Redis.Endpoint }, BuiltProgram.Monitor);

    private static void AssertFits(string screen, int width, int height)
    {
        var lines = screen.TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(height), screen);
        Assert.That(lines.Select(l => l.Length), Is.All.LessThanOrEqualTo(width), screen);
    }

    [Test]
    public async Task The_screen_shows_clusters_queues_tasks_and_totals_at_both_sizes()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--timeout", "100s");
        await Client.Async("demo.fail", "it broke");
        await Client.Async("demo.progress", 3000);
        await Client.Async(new TaskCall("demo.sleep", 1), new TaskOptions { Delay = TimeSpan.FromHours(1) });
        await using var terminal = await OpenAsync();
        var screen = await terminal.SeeAsync("Clusters 1", "working", "1/8", "Queues 1", "0/0/0/0", "Running 1", "demo.progress", "░", "Latest failures 1", "it broke", "queued 0 | running 1 | delayed 1 | succeeded 0 | failed 1 | dead 0");
        AssertFits(screen, 80, 24);

        await terminal.ResizeAsync(200, 60);
        screen = await terminal.SeeAsync("Label", "Redis 7", "at work", $"{Redis.Endpoint}");
        Assert.That(screen.Split('\n').First(l => l.Contains("Clusters 1", StringComparison.Ordinal)), Does.Contain("Queues 1"), "beside each other");
        await terminal.PressAsync("q");
        screen = await terminal.SeeAsync("ended with 0");
        Assert.That(screen, Does.Not.Contain("Clusters"), "the terminal is as it was");
    }

    [Test]
    public async Task Details_help_and_filter_open_and_close()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        await Client.Async(new TaskCall("demo.fail", "it broke"), new TaskOptions { TaskName = "a name", MaxAttempts = 2, RetryBackoff = TimeSpan.FromMilliseconds(10) });
        await using var terminal = await OpenAsync(100, 40);
        await terminal.SeeAsync("Latest failures 1");
        await terminal.PressAsync("4", "Enter");
        await terminal.SeeAsync("a name", "\"it broke\"", "Timeline", "attempt 1 began", "attempt 1 failed", "attempt 2 began", "System.InvalidOperationException", "Stack", "DemoFunctions.Fail");
        await terminal.PressAsync("Escape", "1", "Enter");
        await terminal.SeeAsync("sentinel", "pusher", "monitor", "worker #0", "processors");
        await terminal.PressAsync("Escape", "2", "Enter");
        await terminal.SeeAsync("Queue default", "open", "1 attempts retried", "1 dead-lettered");
        await terminal.PressAsync("Escape", "?");
        await terminal.SeeAsync("Help", "Shift+Tab");
        await terminal.PressAsync("Escape", "/", "z", "z", "Enter");
        await terminal.SeeAsync("rows with 'zz'", "Nothing with 'zz'.");
        await terminal.PressAsync("Escape");
        await terminal.SeeAsync("Latest failures 1");
    }

    [Test]
    public async Task Cancel_retry_and_pause_ask_for_confirmation_first()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        await Client.Async("demo.fail", "it broke");
        var sleeping = await Client.Async("demo.sleep", 100);
        await using var terminal = await OpenAsync();
        await terminal.SeeAsync("Running 1", "Latest failures 1");
        await terminal.PressAsync("3", "c");
        await terminal.SeeAsync("y/n", $"Cancel the task {sleeping}?");
        await terminal.PressAsync("n");
        await terminal.SeeAsync("Nothing was changed.");
        Assert.That((await Client.Fetch(sleeping))!.State, Is.EqualTo(TaskState.Running));
        await terminal.PressAsync("c", "y");
        await terminal.SeeAsync($"Cancel requested: {sleeping}", "Running 0");
        Assert.That((await Client.Fetch(sleeping, TimeSpan.FromSeconds(10)))!.State, Is.EqualTo(TaskState.Cancelled));

        await terminal.PressAsync("4", "r");
        await terminal.SeeAsync("under a new id?");
        await terminal.PressAsync("y");
        await terminal.SeeAsync("Runs again as", "Latest failures 2", "failed 2");

        await terminal.PressAsync("2", "p");
        await terminal.SeeAsync("Pause the queue default?");
        await terminal.PressAsync("y");
        await terminal.SeeAsync("default is paused", "‖ default");
        var waiting = await Client.Async("math.add", 1, 2);
        await terminal.SeeAsync("queued 1");
        await terminal.PressAsync("p", "y");
        await terminal.SeeAsync("default is resumed.");
        Assert.That(await Client.Result<long>(waiting, TimeSpan.FromSeconds(10)), Is.EqualTo(3));
    }

    [Test]
    public async Task Dead_clusters_disappear_and_an_unavailable_Redis_is_reported()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--heartbeat-ttl", "2s");
        await using var terminal = await OpenAsync();
        await terminal.SeeAsync("Clusters 1");
        cluster.Send(Signal.Kill);
        await terminal.SeeAsync("Clusters 0", "No cluster is running.");
        await Redis.StopAsync();
        await terminal.SeeAsync("as of ");
        await terminal.PressAsync("q");
        await terminal.SeeAsync("ended with 0");
    }
}
