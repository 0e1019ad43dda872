using QCluster.Hosting.Channels;
using QCluster.Model;

namespace QCluster.Hosting.Pusher;

/// <summary>The pusher's view of one worker. Changed under the lock of the <see cref="WorkerLinks"/>.</summary>
internal sealed class WorkerLink(FrameConnection connection, string incarnation, int queues)
{
    public FrameConnection Connection { get; } = connection;

    public string Incarnation { get; } = incarnation;

    /// <summary>For each queue the registration of the present epoch; null until synchronised there.</summary>
    public string?[] Registrations { get; } = new string?[queues];

    /// <summary>For each queue what the worker has last said that it holds, and what is not synchronised yet; null when it is.</summary>
    public IReadOnlyList<byte[]>?[] Held { get; } = new IReadOnlyList<byte[]>?[queues];

    /// <summary>For each queue whether its synchronisation is under way: one at a time, as each begins a new epoch.</summary>
    public bool[] IsSynchronising { get; } = new bool[queues];

    public WorkerRoom Room { get; set; } = WorkerRoom.Isolated;

    /// <summary>How many tasks of low priority it may have been sent in all since it last said what it holds, and how many it was sent of any.</summary>
    public long Limit { get; set; } = long.MinValue / 2;

    public long Sent { get; set; }

    /// <summary>The sentinel is about to replace it.</summary>
    public bool Suspended { get; set; }

    public bool TakesTasks(byte queue) => Registrations[queue] is not null && !Connection.IsClosed && !Suspended;

    /// <summary>How many it takes with one more of this class.</summary>
    public long Free(PriorityClass priority) => Limit - Sent + Room.Extra(priority);

    /// <summary>What CLAIM is told; null when it has room for nothing.</summary>
    public IReadOnlyList<long>? FreeByClass()
    {
        if (Room.IsIsolated)
            return Free(PriorityClass.Low) > 0 ? [Free(PriorityClass.Low)] : null;
        return Free(PriorityClass.Critical) > 0
            ? [Free(PriorityClass.Low), Free(PriorityClass.Normal), Free(PriorityClass.High), Free(PriorityClass.Critical)]
            : null;
    }
}
