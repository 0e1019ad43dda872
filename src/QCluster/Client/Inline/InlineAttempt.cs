using QCluster.Execution.Functions;
using QCluster.Queue;
using QCluster.Execution.Retries;
using QCluster.Wire.Packets;

namespace QCluster.Client.Inline;

/// <summary>What came of one attempt.</summary>
internal sealed record InlineAttempt
{
    /// <summary>Null when it was refused.</summary>
    public TaskPacket? Packet { get; init; }

    public required TaskOutcome Outcome { get; init; }

    public RetryDecision Decision { get; init; } = RetryDecision.Final;

    public FunctionDefaults Defaults { get; init; } = FunctionDefaults.None;

    /// <summary>It was not begun: these are the limits of its function, which its element does not say.</summary>
    public byte[]? Limits { get; init; }

    /// <summary>It stopped because whoever ran it stops: it is to run again, elsewhere.</summary>
    public bool IsInterrupted { get; init; }

    public AckKind Kind =>
        Limits is not null ? AckKind.Limited
        : Decision.Pause is not null ? AckKind.Retry
        : Decision.IsGivenUp ? AckKind.GivenUp
        : (AckKind)Outcome.State;
}
