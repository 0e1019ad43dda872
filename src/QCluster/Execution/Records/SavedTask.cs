using QCluster.Model;

namespace QCluster.Execution.Records;

/// <summary>A finished task in the form of a database: columns for searches, and the signed record with everything else.</summary>
internal sealed record SavedTask
{
    public required TaskId Id { get; init; }

    /// <summary><see cref="TaskState.Succeeded"/>, <see cref="TaskState.Failed"/> or <see cref="TaskState.Cancelled"/>.</summary>
    public required TaskState State { get; init; }

    public string? Name { get; init; }

    /// <summary>Null if the packet was refused, so that the function is not known.</summary>
    public string? Func { get; init; }

    public string? Group { get; init; }

    public required string Cluster { get; init; }

    public DateTimeOffset? Started { get; init; }

    public required DateTimeOffset Stopped { get; init; }

    /// <summary>The outcome's envelope and the task's element, as in Redis.</summary>
    public required byte[] Record { get; init; }
}
