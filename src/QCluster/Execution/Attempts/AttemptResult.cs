using System.Buffers.Binary;
using System.Text;
using QCluster.Queue;

namespace QCluster.Execution.Attempts;

/// <summary>The result of one attempt.</summary>
internal readonly record struct AttemptResult
{
    /// <summary>The acknowledgement for Redis.</summary>
    public required AckKind Kind { get; init; }

    /// <summary>Succeeded, failed or cancelled.</summary>
    public TaskState State { get; init; }

    /// <summary>True if the attempt stopped because its host shuts down: the task runs again elsewhere, as if it had not started.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>The signed outcome; for <see cref="AckKind.Limited"/> the limits of the function that the element does not contain.</summary>
    public required byte[] Outcome { get; init; }

    /// <summary>The time to keep the record, as in <see cref="AckItem"/>; for <see cref="AckKind.Retry"/> the retry delay.</summary>
    public long KeepMilliseconds { get; init; }

    /// <summary>Why it did not succeed.</summary>
    public TaskError? Error { get; init; }

    /// <summary>The function of the task; null if its packet was refused.</summary>
    public string? Func { get; init; }

    /// <summary>The duration of the function; null if it was not called.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>The retry delay; null without a retry.</summary>
    public TimeSpan? RetryDelay => Kind == AckKind.Retry ? TimeSpan.FromMilliseconds(KeepMilliseconds) : null;

    /// <summary>The outcome in the form of <c>ack.lua</c>.</summary>
    public byte[] ToAcknowledgement()
    {
        if (Kind != AckKind.Unknown)
            return Outcome;
        var name = Encoding.UTF8.GetBytes(Func!);
        var named = new byte[sizeof(int) + name.Length + Outcome.Length];
        BinaryPrimitives.WriteInt32BigEndian(named, name.Length);
        name.CopyTo(named, sizeof(int));
        Outcome.CopyTo(named, sizeof(int) + name.Length);
        return named;
    }
}
