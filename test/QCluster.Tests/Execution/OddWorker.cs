using System.Buffers.Binary;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Worker;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
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

    public OddWorker(IServiceProvider services)
    {
        _slots = SlotTable.Create(Path.Combine(_folder, "slots"), 1);
        var functions = OddFunctions.Registry();
        functions.Freeze(services, ValueSerializer.Default);
        _runner = new TaskRunner(Settings(_folder), functions, services, _slots);
    }

    public static ChildSettings Settings(string folder) => new()
    {
        Cluster = Cluster,
        Incarnation = Incarnation,
        Folder = folder,
        Name = "odd",
        Secrets = ["a secret that is long enough"],
        Queues = [TaskId.DefaultQueue],
        DefaultQueue = TaskId.DefaultQueue,
        Apps = [],
        Concurrency = 1,
        GraceSeconds = 5,
        ResultTtlSeconds = 600,
        MaxAgeSeconds = 3600,
        RetryBackoffSeconds = 1,
        RetryBackoffMaxSeconds = 600,
        MaxPacketBytes = OddTask.MaxPacketBytes,
    };

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
        var attempt = new AttemptRef(0, AttemptKey.FromBytes(TaskElement.FieldOf(element)));
        var task = new HeldTask(attempt, element, PriorityClass.Normal, 0) { Slot = 0, IsCancelled = odd.IsCancelled };
        await _runner.RunAsync(task, begun => Background(Watch(begun, odd.Cancels)));
        _slots.End(0);
        return Seen(task);
    }

    private static SeenAttempt Seen(HeldTask task)
    {
        if (task.Report is not { } report)
            return new SeenAttempt(null);
        if (report.Kind == AckKind.Limited)
            return new SeenAttempt(AckKind.Limited, Value: Convert.ToHexString(report.Outcome));
        var bytes = report.Kind == AckKind.Unknown ? report.Outcome.AsMemory(4 + BinaryPrimitives.ReadInt32BigEndian(report.Outcome)) : report.Outcome;
        return SeenAttempt.Of(report.Kind, report.KeepMilliseconds, TaskOutcome.Read(bytes, new TaskId(task.Attempt.Key.Id, TaskId.DefaultQueue), OddTask.Signer, WireLimits.Default, out _));
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

    private static void Background(Task task) => Assert.That(task, Is.Not.Null);

    public void Dispose()
    {
        _slots.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
