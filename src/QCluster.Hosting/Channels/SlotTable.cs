using System.IO.MemoryMappedFiles;
using System.Text;
using System.Text.Unicode;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Channels;

/// <summary>
/// The running tasks of a worker, in memory shared with the sentinel: one entry per slot. The worker needs nanoseconds per task to write
/// it; the sentinel reads deadlines and busy slots from it. After a death, however sudden, it still shows
/// exactly which tasks had started. An entry is written under a version number that is odd meanwhile.
/// </summary>
internal sealed unsafe class SlotTable : IDisposable
{
    private const int EntrySize = 192;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _base;

    private SlotTable(string path, int slots, FileMode mode)
    {
        Slots = slots;
        _file = MemoryMappedFile.CreateFromFile(path, mode, null, (long)slots * EntrySize);
        _view = _file.CreateViewAccessor();
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _base = pointer + _view.PointerOffset;
    }

    public int Slots { get; }

    public static SlotTable Create(string path, int slots) => new(path, slots, FileMode.CreateNew);

    public static SlotTable Open(string path, int slots) => new(path, slots, FileMode.Open);

    public void Begin(int slot, ReadOnlySpan<byte> attempt, int queue, long startedTicks, long deadlineTicks, long killTicks = 0, long retryMilliseconds = -1, ReadOnlySpan<byte> func = default)
    {
        var entry = Entry(slot);
        Interlocked.Increment(ref entry->Version);
        attempt.CopyTo(new Span<byte>(entry->Attempt, AttemptKey.ByteLength));
        entry->Queue = queue;
        entry->StartedTicks = startedTicks;
        entry->DeadlineTicks = deadlineTicks;
        entry->KillTicks = killTicks;
        entry->RetryMilliseconds = retryMilliseconds;
        entry->Progress = double.NaN;
        entry->Message[0] = 0;
        if (func.Length > SlotEntry.FuncBytes)
            func = func[..SlotEntry.FuncBytes];
        func.CopyTo(new Span<byte>(entry->Func, SlotEntry.FuncBytes));
        entry->FuncLength = func.Length;
        entry->Busy = 1;
        Interlocked.Increment(ref entry->Version);
    }

    public void End(int slot)
    {
        var entry = Entry(slot);
        Interlocked.Increment(ref entry->Version);
        entry->Busy = 0;
        Interlocked.Increment(ref entry->Version);
    }

    /// <summary>Keeps the beginning of a longer message. Does not change the version, which belongs to the owner of the slot: a task may report after its end, and a garbled message has no effect.</summary>
    public void Progress(int slot, double fraction, string? message = null)
    {
        var entry = Entry(slot);
        Volatile.Write(ref entry->Progress, fraction);
        Span<byte> text = stackalloc byte[SlotEntry.MessageBytes];
        text.Clear();
        if (message is not null)
            Utf8.FromUtf16(message, text, out _, out _);
        text.CopyTo(new Span<byte>(entry->Message, SlotEntry.MessageBytes));
    }

    /// <summary>The busy slots now. An entry that is just being changed is omitted, unless its writer is dead.</summary>
    public IReadOnlyList<RunningTask> Running(bool writerIsDead = false)
    {
        var running = new List<RunningTask>();
        for (var slot = 0; slot < Slots; slot++)
        {
            if (TryRead(slot, writerIsDead) is { } task)
                running.Add(task);
        }

        return running;
    }

    private RunningTask? TryRead(int slot, bool writerIsDead)
    {
        var entry = Entry(slot);
        for (var tries = 0; tries < 100; tries++)
        {
            var version = Volatile.Read(ref entry->Version);
            if ((version & 1) != 0 && !writerIsDead)
            {
                Thread.SpinWait(20);
                continue;
            }

            if (entry->Busy == 0)
                return null;
            var task = new RunningTask(
                slot,
                new ReadOnlySpan<byte>(entry->Attempt, AttemptKey.ByteLength).ToArray(),
                entry->Queue,
                entry->StartedTicks,
                entry->DeadlineTicks,
                entry->KillTicks,
                entry->RetryMilliseconds,
                entry->Progress,
                MessageOf(new ReadOnlySpan<byte>(entry->Message, SlotEntry.MessageBytes)),
                Encoding.UTF8.GetString(new ReadOnlySpan<byte>(entry->Func, Math.Clamp(entry->FuncLength, 0, SlotEntry.FuncBytes))));
            Interlocked.MemoryBarrier();
            if (writerIsDead || Volatile.Read(ref entry->Version) == version)
                return task;
        }

        return null;
    }

    private static string? MessageOf(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        return text.IsEmpty ? null : Encoding.UTF8.GetString(text);
    }

    private SlotEntry* Entry(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Slots);
        return (SlotEntry*)(_base + ((long)slot * EntrySize));
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private struct SlotEntry
    {
        public int Version;
        public int Busy;
        public int Queue;
        public fixed byte Attempt[20];
        public long StartedTicks;
        public long DeadlineTicks;
        public long KillTicks;
        public long RetryMilliseconds;
        public double Progress;
        public fixed byte Message[MessageBytes];

        public int FuncLength;
        public fixed byte Func[FuncBytes];

        public const int MessageBytes = 48;
        public const int FuncBytes = 60;
    }
}
