using QCluster.Hosting.Channels;
using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Sentinel;

/// <summary>A worker that is gone, and what is known of its end.</summary>
internal sealed record GoneWorker
{
    public required string Incarnation { get; init; }

    public required string Cluster { get; init; }

    /// <summary>How it ended, in words.</summary>
    public required string How { get; init; }

    /// <summary>It died, rather than being told to go; a task that it had begun may be to blame.</summary>
    public required bool IsFault { get; init; }

    /// <summary>The attempts it had begun; null when that is not known.</summary>
    public IReadOnlyList<byte[]>? Begun { get; init; }

    /// <summary>Tasks whose cancellation was requested: they are not run again.</summary>
    public IReadOnlySet<Guid> CancelRequested { get; init; } = new HashSet<Guid>();

    public IReadOnlyList<RunningTask> Running { get; init; } = [];

    public (byte[] Attempt, TaskCancelReason Reason)? Culprit { get; init; }

    /// <summary>What its threads were doing before it was killed.</summary>
    public string? Stacks { get; init; }

    /// <summary>A worker of this cluster that has ended.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cluster">The cluster's identity.</param>
    /// <param name="how">How it ended, in words.</param>
    /// <param name="running">The tasks that it had begun.</param>
    /// <param name="cancelRequested">Tasks whose cancellation was requested.</param>
    public static GoneWorker Of(
        ChildProcess worker,
        string cluster,
        string how,
        IReadOnlyList<RunningTask> running,
        IReadOnlySet<Guid> cancelRequested) => new()
    {
        Incarnation = worker.Incarnation,
        Cluster = cluster,
        How = how,
        IsFault = !worker.IsDraining && worker.Culprit is null,
        Begun = running.Select(r => r.Attempt).ToArray(),
        Running = running,
        Culprit = worker.Culprit,
        Stacks = worker.Stacks,
        CancelRequested = cancelRequested,
    };

    public RunningTask? RunningOf(byte[] attempt) => Running.FirstOrDefault(r => r.Attempt.AsSpan().SequenceEqual(attempt));

    public DateTimeOffset? StartedOf(byte[] attempt, TimeProvider time) =>
        RunningOf(attempt) is { } task
            ? time.GetUtcNow().AddMilliseconds(task.StartedTicks - time.Ticks())
            : null;
}
