using QCluster.Model;

namespace QCluster.Tool.Torture;

/// <summary>Adds work of every kind, and writes down what must come of it.</summary>
internal sealed class Workload(TortureOptions options, QClusterClient client, string journal, Random random)
{
    public const string OtherQueue = "other";
    public const int GroupSize = 20;

    private const int WaitingAtMost = 6_000;
    private const int ChainLength = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Keep = TimeSpan.FromHours(1);
    private static readonly TaskOptions Plain = new() { Cached = Keep };

    private readonly List<Expectation> _expected = [];
    private readonly List<string[]> _chains = [];
    private readonly List<string> _groups = [];
    private readonly List<Task> _cancels = [];
    private readonly Dictionary<string, ScheduleInfo> _schedules = new(StringComparer.Ordinal);
    private int _number;

    public static IReadOnlyList<string> Queues { get; } = [TaskId.DefaultQueue, OtherQueue];

    public IReadOnlyList<Expectation> Expected => _expected;

    /// <summary>The labels of each chain's steps, in order.</summary>
    public IReadOnlyList<string[]> Chains => _chains;

    public IReadOnlyList<string> Groups => _groups;

    /// <summary>The schedules as they were when they were paused, by name.</summary>
    public IReadOnlyDictionary<string, ScheduleInfo> Schedules => _schedules;

    /// <summary>Calls with a unique key that was taken, and were not told of the task that has it.</summary>
    public int NotUnique { get; private set; }

    /// <summary>Tasks that stop for nobody: each ends its worker.</summary>
    public int Hanging { get; private set; }

    /// <summary>Calls that failed while Redis was away: whether their tasks exist is not known, and nothing is expected of them.</summary>
    public int Uncertain { get; private set; }

    /// <summary>Outcomes there must be: of tasks, of steps of chains, of hooks, of tasks that others wait for.</summary>
    public long Outcomes => _expected.Count + _expected.Count(e => e.Hooked) + _expected.Count(e => e.Awaits) + _chains.Sum(c => (long)c.Length) + _schedules.Values.Sum(s => s.Runs);

    public async Task RunAsync(CancellationToken end)
    {
        foreach (var queue in Queues)
            await SurelyAsync(() => client.Schedules.Add(ScheduleOf(queue)));
        for (var round = 0; !end.IsCancellationRequested; round++)
        {
            await Task.WhenAny(Task.Delay(Pause, end));
            try
            {
                await AddAsync(round);
            }
            catch (BrokerException)
            {
                Uncertain++;
            }
        }

        await Task.WhenAll(_cancels);
        foreach (var queue in Queues)
        {
            var name = ScheduleOf(queue).Name;
            await SurelyAsync(() => client.Schedules.Pause(name, queue));
            await SurelyAsync(async () => _schedules[name] = (await client.Schedules.Get(name, queue))!);
        }
    }

    private Schedule ScheduleOf(string queue) => new($"each-second-{queue}", TimeSpan.FromSeconds(1), "torture.slot", journal) { CatchUp = CatchUp.All, Options = Plain with { Queue = queue } };

    /// <summary>What can be done again until it is done.</summary>
    private static async Task SurelyAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (BrokerException)
            {
                // Redis is unavailable.
            }
        }
    }

    private async Task AddAsync(int round)
    {
        var waiting = await client.QueueSize();
        if (waiting < WaitingAtMost)
            await AddManyAsync(TaskState.Succeeded, 800, "torture.mark", Plain);
        await AddManyAsync(TaskState.Succeeded, 40, "torture.mark", Plain with { Priority = random.Next(10), Queue = OtherQueue });
        await AddManyAsync(TaskState.Failed, 3, "torture.fail", Plain);
        await AddHookedAsync();
        await AddDelayedAsync();
        await AddChainAsync();
        await AddGroupAsync();
        await AddRetriedAsync();
        await AddUniqueAsync();
        await AddManyAsync(TaskState.Succeeded, 4, "torture.mark", Plain with { RateLimit = new RateLimit(60, TimeSpan.FromSeconds(1)), RateLimitKey = "torture" });
        await AddManyAsync(TaskState.Succeeded, 3, "torture.mark", Plain with { ConcurrencyKey = "torture", ConcurrencyLimit = 2, Queue = OtherQueue });
        await AddManyAsync(TaskState.Succeeded, 4, "torture.paced", Plain);
        await AddManyAsync(TaskState.Succeeded, 5, "torture.mark", Plain with { Priority = TaskPriority.Critical });
        await AddManyAsync(TaskState.Succeeded, 5, "torture.mark", Plain with { Priority = TaskPriority.Low });
        await AddManyAsync(TaskState.Succeeded, 2, "torture.mark", Plain with { Priority = random.Next(10), Isolated = true });
        await AddAwaitingAsync();
        if (options.Results is not null)
            await AddManyAsync(TaskState.Succeeded, 50, "torture.mark", new TaskOptions());
        if (round % 10 == 0)
            await AddSlowAsync();
        if (round % 20 == 5)
            await AddHangingAsync();
        if (round % 5 == 0)
            await AddCancelledAsync();
        if (round % 15 == 7)
            await AddCancelledGroupAsync(round);
    }

    private async Task AddManyAsync(TaskState state, int count, string func, TaskOptions how)
    {
        var labels = Labels(count);
        var ids = await client.AsyncBulk(labels.Select(label => new TaskCall(func, journal, label)), how);
        _expected.AddRange(ids.Zip(labels, (id, label) => new Expectation(id, label, state)));
    }

    private async Task AddHookedAsync()
    {
        foreach (var label in Labels(3))
        {
            var id = await client.Async(new TaskCall("torture.mark", journal, label), Plain with { Hook = "torture.hook", HookArgs = [journal, label] });
            _expected.Add(new Expectation(id, label, TaskState.Succeeded, Hooked: true));
        }
    }

    private async Task AddDelayedAsync()
    {
        var delay = TimeSpan.FromMilliseconds(random.Next(100, 3000));
        var due = (DateTimeOffset.UtcNow + delay).ToUnixTimeMilliseconds();
        var labels = Labels(5);
        var ids = await client.AsyncBulk(labels.Select(label => new TaskCall("torture.mark", journal, label)), Plain with { Delay = delay });
        _expected.AddRange(ids.Zip(labels, (id, label) => new Expectation(id, label, TaskState.Succeeded, NotBefore: due)));
    }

    private async Task AddChainAsync()
    {
        var labels = Labels(ChainLength);
        await client.AsyncChain(
            labels.Select((label, i) => new ChainStep(new TaskCall("torture.mark", journal, label), Plain with { Queue = Queues[i % 2] })),
            new ChainOptions { Cached = Keep });
        _chains.Add(labels);
    }

    private async Task AddGroupAsync()
    {
        var group = $"group{_groups.Count}";
        await AddManyAsync(TaskState.Succeeded, GroupSize, "torture.mark", Plain with { Group = group });
        _groups.Add(group);
    }

    private async Task AddSlowAsync()
    {
        foreach (var label in Labels(2))
            _expected.Add(new Expectation(await client.Async(new TaskCall("torture.sleep", journal, label, 0.3), Plain), label, TaskState.Succeeded));
    }

    private async Task AddHangingAsync()
    {
        var label = Labels(1)[0];
        Hanging++;
        _expected.Add(new Expectation(await client.Async(new TaskCall("torture.hang", journal, label), Plain with { Timeout = TimeSpan.FromSeconds(1) }), label, TaskState.Failed));
    }

    private async Task AddCancelledAsync()
    {
        foreach (var label in Labels(2))
        {
            var id = await client.Async(new TaskCall("torture.sleep", journal, label, 600), Plain);
            _expected.Add(new Expectation(id, label, TaskState.Cancelled, Runs: false));
            _cancels.Add(CancelAsync(id, TimeSpan.FromMilliseconds(random.Next(0, 800))));
        }
    }

    private async Task CancelAsync(string id, TimeSpan after)
    {
        await Task.Delay(after);
        await SurelyAsync(() => client.Cancel(id));
    }

    private async Task AddCancelledGroupAsync(int round)
    {
        var group = $"cancelled{round}";
        var labels = Labels(10);
        var ids = await client.AsyncBulk(labels.Select(label => new TaskCall("torture.sleep", journal, label, 600)), Plain with { Group = group });
        _expected.AddRange(ids.Zip(labels, (id, label) => new Expectation(id, label, TaskState.Cancelled, Runs: false)));
        _cancels.Add(SurelyAsync(() => client.CancelGroup(group)));
    }

    /// <summary>Their places are others' while they wait.</summary>
    private async Task AddAwaitingAsync()
    {
        foreach (var label in Labels(2))
            _expected.Add(new Expectation(await client.Async(new TaskCall("torture.await", journal, label), Plain with { MaxAttempts = 20 }), label, TaskState.Succeeded, Awaits: true));
    }

    private async Task AddRetriedAsync()
    {
        var retried = Plain with { MaxAttempts = 3, RetryBackoff = TimeSpan.FromMilliseconds(300) };
        foreach (var label in Labels(3))
            _expected.Add(new Expectation(await client.Async(new TaskCall("torture.flaky", journal, label, 2), retried), label, TaskState.Succeeded));
        await AddManyAsync(TaskState.Failed, 1, "torture.fail", retried);
    }

    /// <summary>Two calls with one key: one task.</summary>
    private async Task AddUniqueAsync()
    {
        var label = Labels(1)[0];
        var once = Plain with { UniqueKey = label, UniqueWindow = TimeSpan.FromMinutes(30) };
        var id = await client.Async(new TaskCall("torture.mark", journal, label), once);
        _expected.Add(new Expectation(id, label, TaskState.Succeeded));
        NotUnique += await client.Async(new TaskCall("torture.mark", journal, label), once) == id ? 0 : 1;
    }

    private string[] Labels(int count) => [.. Enumerable.Range(0, count).Select(_ => $"t{_number++}")];
}
