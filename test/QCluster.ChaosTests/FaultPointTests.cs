using QCluster.Model;
using QCluster.Model.Faults;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>
/// Every crash point of docs/failure-model.md, with every fault: the process dies there, is late, or loses its connection. A
/// workload of every kind goes through it, and the promises are checked.
/// </summary>
internal sealed class FaultPointTests : ClusterFixture
{
    private const int Tasks = 60;
    private const int ChainLength = 4;
    private const int GroupSize = 10;
    private const int Slots = 5;
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private static readonly CrashPoint[] ClientPoints = [CrashPoint.EnqueueNotSent, CrashPoint.Enqueued];
    private static readonly CrashPoint[] SentinelPoints = [CrashPoint.WorkerNotFenced, CrashPoint.WorkerFenced, CrashPoint.WorkerReclaimed, CrashPoint.HeartbeatSent];
    private static readonly CrashPoint[] SchedulePoints = [CrashPoint.SlotNotFired, CrashPoint.SlotFired];
    private static readonly CrashPoint[] WithoutConnection = [CrashPoint.NotBegun, CrashPoint.Begun];

    private static IEnumerable<TestCaseData> Faults() =>
        from point in Enum.GetValues<CrashPoint>().Except(ClientPoints)
        from action in new[] { "kill", "delay=300", "drop" }
        where action != "drop" || !WithoutConnection.Contains(point)
        select new TestCaseData(point.ToString(), action).SetArgDisplayNames(point.ToString(), action);

    [TestCaseSource(nameof(Faults))]
    [CancelAfter(90_000)]
    public async Task Each_task_ends_once_at_every_crash_point(string name, string action)
    {
        var point = Enum.Parse<CrashPoint>(name);
        await using var database = point == CrashPoint.Archived ? await PostgresServer.StartAsync() : null;
        string[] arguments = ["--queue", "default", "--queue", "mail", "--heartbeat-ttl", "2", "--grace", "1", "--max-lost", "10", .. database is null ? Array.Empty<string>() : ["--results", database.Connection]];
        await using var cluster = await ClusterProcess.LaunchAsync(
            [BuiltProgram.Tool, "start", "--redis", Redis.Endpoint, "--app", BuiltProgram.Demo, .. arguments],
            new Dictionary<string, string>(StringComparer.Ordinal) { [FaultSpecification.Variable] = $"{(int)point}:{action}:after=1:times=2:folder={Folder}" },
            mayDie: point == CrashPoint.HeartbeatSent && action == "kill");
        // Somebody must be there to take over.
        await using var other = SentinelPoints.Contains(point) ? await ClusterProcess.StartAsync(Redis.Endpoint, arguments) : null;

        await using var client = database is null ? NewClient(Redis.Endpoint) : new QClusterClient(new QClusterOptions { Redis = Redis.Endpoint, Results = database.Connection });
        var path = Path.Combine(Folder, "lines");
        var hooks = Path.Combine(Folder, "hooks");
        var options = new TaskOptions { Cached = database is null ? Keep : null };
        var ids = (await client.AsyncBulk(Enumerable.Range(0, Tasks).Select(i => new TaskCall("demo.append", path, $"{i}", 20)), options)).ToList();
        var chain = await client.AsyncChain(Enumerable.Range(0, ChainLength).Select(i => new ChainStep(new TaskCall("demo.echo", i), options with { Queue = i % 2 == 0 ? "default" : "mail" })), new ChainOptions { Cached = options.Cached });
        ids.AddRange(await client.AsyncBulk(Enumerable.Range(0, GroupSize).Select(i => new TaskCall("demo.echo", i)), options with { Group = "g" }));
        ids.Add(await client.Async(new TaskCall("demo.echo", "hooked"), options with { Hook = "hooks.append", HookArgs = [hooks] }));
        ids.Add(await client.Async(new TaskCall("demo.flaky", 2), options with { MaxAttempts = 3, RetryBackoff = TimeSpan.FromMilliseconds(50) }));
        var slots = SchedulePoints.Contains(point) ? Slots : 0;
        if (slots > 0)
            await client.Schedules.Add(new Schedule("each-second", TimeSpan.FromSeconds(1), "demo.slot", Path.Combine(Folder, "slots")) { Repeats = slots, Options = options });
        var killing = SentinelPoints.Contains(point) ? KillWorkersAsync(cluster) : Task.CompletedTask;

        var records = await Task.WhenAll(ids.Select(id => client.Fetch(id, Wait)));
        await killing;
        Assert.That(records.Select(r => r?.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
        Assert.That(await client.ResultGroup(chain, wait: Wait), Is.EqualTo(Enumerable.Range(0, ChainLength)), cluster.Log);
        Assert.That(await client.CountGroup("g"), Is.EqualTo(GroupSize));
        Assert.That(Lines(path).Keys, Is.EquivalentTo(Enumerable.Range(0, Tasks).Select(i => $"{i}")));
        await Eventually.IsTrue(() => File.Exists(hooks), Wait, "the hook ran");
        // The chain's steps and the hook are tasks too; none may have ended twice.
        await Eventually.IsTrue(async () => await OutcomesAsync(client) >= ids.Count + ChainLength + 1 + slots, Wait);
        Assert.That(await OutcomesAsync(client), Is.EqualTo(ids.Count + ChainLength + 1 + slots));
        if (slots > 0)
            Assert.That(Lines(Path.Combine(Folder, "slots")), Has.Count.EqualTo(slots), "each slot ran");
        await Eventually.IsTrue(() => File.Exists(Path.Combine(Folder, "fault-1")), Wait, "the fault happened");
        if (database is not null)
            await Eventually.IsTrue(async () => await database.QueryAsync("SELECT count(*), count(DISTINCT id) FROM qcluster.tasks") == $"{ids.Count + ChainLength}|{ids.Count + ChainLength}", Wait, "each row is there once");
        await AssertNothingIsLeftAsync();
    }

    /// <summary>Two, while they have work: what the sentinel does then is where its faults are.</summary>
    private static async Task KillWorkersAsync(ClusterProcess cluster)
    {
        for (var killed = 0; killed < 2;)
        {
            await Task.Delay(150);
            // The sentinel itself may be dead by then, and its workers with it.
            if (cluster.KillOne("Worker") || !cluster.IsRunning)
                killed++;
        }
    }

    private static async Task<long> OutcomesAsync(QClusterClient client)
    {
        long count = 0;
        foreach (var queue in new[] { "default", "mail" })
        {
            var sizes = await client.Queues.Sizes(queue);
            count += sizes.Succeeded + sizes.Failed + sizes.Cancelled;
        }

        return count;
    }

    [TestCase(nameof(CrashPoint.EnqueueNotSent), "kill", 0)]
    [TestCase(nameof(CrashPoint.EnqueueNotSent), "delay=300", 1)]
    [TestCase(nameof(CrashPoint.EnqueueNotSent), "drop", 1)]
    [TestCase(nameof(CrashPoint.Enqueued), "kill", 1)]
    [TestCase(nameof(CrashPoint.Enqueued), "delay=300", 1)]
    [TestCase(nameof(CrashPoint.Enqueued), "drop", 1)]
    public async Task A_client_that_dies_has_enqueued_one_task_or_none(string name, string action, int tasks)
    {
        var point = Enum.Parse<CrashPoint>(name);
        var (code, output, error) = await BuiltProgram.RunToolAsync(
            Redis.Endpoint,
            new Dictionary<string, string>(StringComparer.Ordinal) { [FaultSpecification.Variable] = $"{(int)point}:{action}" },
            "async", "demo.echo", "1");
        Assert.That((await Client.Queues.Sizes()).Waiting, Is.EqualTo(tasks), error);
        Assert.That(code == 0, Is.EqualTo(action != "kill"), error);
        Assert.That(TaskId.TryParse(output.Trim(), out _), Is.EqualTo(action != "kill"), output);
    }

    [TestCase("4")]
    [TestCase("99:kill")]
    [TestCase("4:explode")]
    [TestCase("4:kill:after=often")]
    public async Task A_malformed_fault_is_refused_with_the_expected_form(string fault)
    {
        var (code, _, error) = await BuiltProgram.RunToolAsync(
            Redis.Endpoint,
            new Dictionary<string, string>(StringComparer.Ordinal) { [FaultSpecification.Variable] = fault },
            "async", "demo.echo", "1");
        Assert.That(code, Is.EqualTo(64), error);
        Assert.That(error, Does.Contain(fault).And.Contain("POINT:ACTION"));
    }
}
