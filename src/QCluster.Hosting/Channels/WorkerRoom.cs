using System.Buffers.Binary;
using QCluster.Model;

namespace QCluster.Hosting.Channels;

/// <summary>
/// The number of tasks that one worker runs at a time: its slots for low-priority ones, and for each higher class the reserve in addition. The same as
/// atasker's pool with <c>reserve_normal</c> and <c>reserve_high</c>: a limit for all running tasks, not separate slots.
/// </summary>
/// <param name="slots">The number of slots for tasks of low priority.</param>
/// <param name="reserves">The number of additional slots for normal, high and critical priority: each at least the one before.</param>
/// <param name="isIsolated">True for a worker that runs one isolated task at a time, and no others.</param>
internal sealed class WorkerRoom(int slots, IReadOnlyList<int> reserves, bool isIsolated)
{
    public const int Size = 1 + (4 * sizeof(int));

    /// <summary>A worker with the reserves of the settings, which give the extra slots of each class beyond the class before.</summary>
    public static WorkerRoom Shared(int slots, int normal, int high, int critical) => new(slots, [normal, normal + high, normal + high + critical], isIsolated: false);

    public static WorkerRoom Isolated { get; } = new(1, [0, 0, 0], isIsolated: true);

    public bool IsIsolated => isIsolated;

    /// <summary>Tasks of low priority.</summary>
    public int Slots => slots;

    public int Most => slots + reserves[2];

    /// <summary>The number of entries of the slot table: also for tasks that wait for others, whose slots are released.</summary>
    public int Entries => isIsolated ? 1 : Most + MaxLent;

    private const int MaxLent = 256;

    public int Extra(PriorityClass priority) => priority == PriorityClass.Low ? 0 : reserves[(int)priority - 1];

    public bool HasReserveAbove(PriorityClass priority) => Extra(priority + 1) > Extra(priority);

    public void Write(Span<byte> to)
    {
        to[0] = isIsolated ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(to[1..], slots);
        for (var i = 0; i < 3; i++)
            BinaryPrimitives.WriteInt32BigEndian(to[(5 + (4 * i))..], reserves[i]);
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    public static WorkerRoom Read(ReadOnlySpan<byte> from)
    {
        var reserves = new int[3];
        for (var i = 0; i < 3; i++)
            reserves[i] = BinaryPrimitives.ReadInt32BigEndian(from[(5 + (4 * i))..]);
        return new WorkerRoom(BinaryPrimitives.ReadInt32BigEndian(from[1..]), reserves, from[0] == 1);
    }
}
