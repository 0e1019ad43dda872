using QCluster.Hosting.Channels;

namespace QCluster.Hosting.Pusher;

/// <summary>The pusher's view of one worker. Changed under the pusher's lock.</summary>
internal sealed class WorkerLink(FrameConnection connection, string incarnation)
{
    public FrameConnection Connection { get; } = connection;

    public string Incarnation { get; } = incarnation;

    /// <summary>For each queue the registration of the present epoch; null until synchronised.</summary>
    public string?[]? Registrations { get; set; }

    /// <summary>How many tasks the worker takes when it is idle.</summary>
    public long Window { get; set; }

    /// <summary>How many tasks it may have been sent in all since it last said what it holds, and how many it was sent.</summary>
    public long Limit { get; set; }

    public long Sent { get; set; }

    /// <summary>The sentinel is about to replace it.</summary>
    public bool Suspended { get; set; }

    /// <summary>Nothing new until it is idle: for a task that gets it to itself, or while that runs.</summary>
    public bool Reserved { get; set; }

    public bool IsSynchronised => Registrations is not null && !Connection.IsClosed;

    public long Free => Limit - Sent;

    public bool IsIdle => Free >= Window;

    public bool TakesTasks => IsSynchronised && !Suspended && !Reserved && Free > 0;
}
