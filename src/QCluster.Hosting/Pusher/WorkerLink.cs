using QCluster.Hosting.Channels;
using QCluster.Model;

namespace QCluster.Hosting.Pusher;

/// <summary>The pusher's view of one worker. Changed under the lock of the <see cref="WorkerLinks"/>.</summary>
internal sealed class WorkerLink(FrameConnection connection, string incarnation)
{
    public FrameConnection Connection { get; } = connection;

    public string Incarnation { get; } = incarnation;

    /// <summary>For each queue the registration of the present epoch; null until synchronised.</summary>
    public string?[]? Registrations { get; set; }

    public WorkerRoom Room { get; set; } = WorkerRoom.Isolated;

    /// <summary>How many tasks of low priority it may have been sent in all since it last said what it holds, and how many it was sent of any.</summary>
    public long Limit { get; set; } = long.MinValue / 2;

    public long Sent { get; set; }

    /// <summary>The sentinel is about to replace it.</summary>
    public bool Suspended { get; set; }

    public bool IsSynchronised => Registrations is not null && !Connection.IsClosed;

    public bool TakesTasks => IsSynchronised && !Suspended;

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
