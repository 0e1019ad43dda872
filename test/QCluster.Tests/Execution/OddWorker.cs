using QCluster.Hosting;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Worker;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;

namespace QCluster.Tests.Execution;

/// <summary>Runs odd tasks as a worker process does, without its sockets.</summary>
internal sealed class OddWorker : IDisposable
{
    public const string Cluster = "cluster";
    public const string Incarnation = "cluster.1.1";

    private readonly string _folder = Directory.CreateTempSubdirectory("qcluster-odd-").FullName;
    private readonly SlotTable _slots;
    private readonly TaskRunner _runner;
    private TaskCancelReason _cancels;

    public OddWorker(IServiceProvider services)
    {
        _slots = SlotTable.Create(Path.Combine(_folder, "slots"), 1);
        var functions = OddFunctions.Registry();
        functions.Freeze(services, ValueSerializer.Default);
        _runner = new TaskRunner(Settings(_folder), functions, _slots, task => _ = Watch(task, _cancels), TimeProvider.System);
    }

    public static ChildSettings Settings(string folder)
    {
        var options = new ClusterOptions
        {
            Name = "odd",
            Concurrency = 1,
            Grace = TimeSpan.FromSeconds(5),
            ResultTtl = TimeSpan.FromSeconds(600),
            MaxAge = TimeSpan.FromHours(1),
            RetryBackoff = TimeSpan.FromSeconds(1),
            RetryBackoffMax = TimeSpan.FromSeconds(600),
            MaxPacketBytes = OddTask.MaxPacketBytes,
        };
        options.Secrets.Add("a secret that is long enough");
        return new ChildSettings { Cluster = Cluster, Incarnation = Incarnation, Folder = folder, Options = options };
    }

    public async Task<IReadOnlyList<SeenAttempt>> RunAsync(OddTask odd)
    {
        var seen = new List<SeenAttempt>();
        var element = odd.ToElement();
        for (ushort number = 1; seen.Count == 0 || seen[^1].Kind == AckKind.Retry; number++)
            seen.Add(await RunAsync(odd, number == 1 ? element : TaskElement.Numbered(element, number)));
        return seen;
    }

    private async Task<SeenAttempt> RunAsync(OddTask odd, byte[] element)
    {
        _cancels = odd.Cancels;
        var attempt = new AttemptRef(0, AttemptKey.FromBytes(TaskElement.FieldOf(element)));
        var task = new HeldTask(attempt, element, PriorityClass.Normal, 0) { Slot = 0, IsCancelled = odd.IsCancelled };
        var result = await _runner.RunAsync(task);
        _slots.End(0);
        return SeenAttempt.Of(result, element);
    }

    /// <summary>The part of the worker process that looks after deadlines and cancels.</summary>
    private static async Task Watch(HeldTask task, TaskCancelReason reason)
    {
        if (reason != TaskCancelReason.None)
        {
            await Task.Delay(50);
            task.Context!.Cancel(reason);
        }

        if (task.Context is { DeadlineTicks: > 0 } context && context.DeadlineTicks - Environment.TickCount64 is < 60_000 and var left)
        {
            await Task.Delay((int)Math.Max(0, left));
            context.Cancel(TaskCancelReason.Timeout);
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
