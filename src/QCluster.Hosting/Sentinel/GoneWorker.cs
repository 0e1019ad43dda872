using QCluster.Hosting.Channels;

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

    /// <summary>Tasks that users wanted cancelled: they are not run again.</summary>
    public IReadOnlySet<Guid> CancelRequested { get; init; } = new HashSet<Guid>();

    public IReadOnlyList<RunningTask> Running { get; init; } = [];

    public (byte[] Attempt, TaskCancelReason Reason)? Culprit { get; init; }

    /// <summary>What its threads were doing before it was killed.</summary>
    public string? Stacks { get; init; }

    public RunningTask? RunningOf(byte[] attempt) => Running.FirstOrDefault(r => r.Attempt.AsSpan().SequenceEqual(attempt));

    public DateTimeOffset? StartedOf(byte[] attempt) =>
        RunningOf(attempt) is { } task
            ? DateTimeOffset.UtcNow.AddMilliseconds(task.StartedTicks - Environment.TickCount64)
            : null;
}
