using System.Buffers.Binary;
using QCluster.Model;

namespace QCluster.Hosting.Channels;

/// <summary>
/// How many tasks one worker runs at a time: its slots for low ones, and for each higher class as many more as its reserve says. As
/// atasker's pool with <c>reserve_normal</c> and <c>reserve_high</c>: a limit for all that runs, not slots set apart.
/// </summary>
/// <param name="slots">What tasks of low priority can have.</param>
/// <param name="reserves">How many more can run with one of normal, high and critical priority: each at least the one before.</param>
/// <param name="isIsolated">It runs one task at a time that has the process to itself, and nothing else.</param>
internal sealed class WorkerRoom(int slots, IReadOnlyList<int> reserves, bool isIsolated)
{
    public const int Size = 1 + (4 * sizeof(int));

    /// <summary>A worker whose reserves are those of the settings, which say of each class how many more than the class before.</summary>
    public static WorkerRoom Shared(int slots, int normal, int high, int critical) => new(slots, [normal, normal + high, normal + high + critical], isIsolated: false);

    public static WorkerRoom Isolated { get; } = new(1, [0, 0, 0], isIsolated: true);

    public bool IsIsolated => isIsolated;

    /// <summary>Tasks of low priority.</summary>
    public int Slots => slots;

    public int Most => slots + reserves[2];

    /// <summary>Entries of the slot table: also for tasks that wait for others, in whose places others run.</summary>
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
