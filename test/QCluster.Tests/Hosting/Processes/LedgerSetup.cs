using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Threading;
using QCluster.Hosting.Worker;
using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;
using QCluster.Client.Enqueueing;

namespace QCluster.Tests.Hosting.Processes;

/// <summary>The ledger of a worker whose clock is the test's, and what it has said to others.</summary>
internal sealed class LedgerSetup : ILedgerHost, IDisposable
{
    private const string Secret = "a secret that is long enough";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qcluster-ledger-");
    private readonly SlotTable _slots;
    private readonly PacketFormat _format = PacketFormat.Of("test", [Secret], 1 << 20, ValueSerializer.Default, compress: false);
    private readonly TaskComposer _composer;

    public LedgerSetup(WorkerRoom room)
    {
        _composer = new TaskComposer(new QClusterOptions(), _format);
        _slots = SlotTable.Create(Path.Combine(_folder.FullName, "slots"), room.Entries);
        Ledger = new Ledger(room, _slots, this, Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public Ledger Ledger { get; }

    public List<HeldTask> Dispatched { get; } = [];

    public List<AttemptRef> Released { get; } = [];

    public long Credit { get; private set; }

    public long? StarvedAfter { get; private set; }

    /// <summary>A task arrives.</summary>
    public TaskId Send() => Send(NewId());

    public TaskId NewId() => TaskId.New(TaskId.DefaultQueue, Time);

    public TaskId Send(TaskId id, PriorityClass priority = PriorityClass.Normal)
    {
        var element = _composer.Compose(id, new TaskCall("any.function"), new TaskOptions());
        var head = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(head, ((uint)priority << 30) | (uint)element.Length);
        Ledger.TakeIn(0, [.. head, .. element]);
        return id;
    }

    /// <summary>A thread has come to a task, and its function is called.</summary>
    public WorkerTaskContext Begin(HeldTask task, TimeSpan? timeout = null)
    {
        Assert.That(task.TryTake(), Is.True);
        var packet = TaskPacket.Read(task.Element, TaskId.DefaultQueue, _format);
        var deadline = timeout is { } limit ? Time.Ticks() + (long)limit.TotalMilliseconds : 0;
        task.Context = new WorkerTaskContext(null!, packet, null, _slots, task.Slot, deadline, task);
        Ledger.OnStarting(task);
        return task.Context;
    }

    public void Dispatch(HeldTask task) => Dispatched.Add(task);

    public void OnStarved(long milliseconds) => StarvedAfter = milliseconds;

    public void SendHolding(FrameConnection pusher, IReadOnlyCollection<AttemptRef> held)
    {
    }

    public void SendCredit(long limit) => Credit = limit;

    public void Release(IReadOnlyCollection<AttemptRef> attempts) => Released.AddRange(attempts);

    public void ReportLent(bool isLent)
    {
    }

    public void Dispose()
    {
        _slots.Dispose();
        _folder.Delete(recursive: true);
    }
}
