using QCluster.Execution.Functions;

namespace QCluster.Execution.Attempts;

/// <summary>The place where attempts run: a worker, or the process of a caller.</summary>
/// <typeparam name="TAttempt">The host's form of an attempt.</typeparam>
internal interface ITaskHost<in TAttempt>
{
    /// <summary>True if a cancel was requested before the attempt started.</summary>
    bool IsCancelRequested(TAttempt attempt);

    /// <summary>Called right before the function: the host makes the context, and handles time-outs and cancels from here on.</summary>
    PacketContext Begin(TAttempt attempt, in AttemptStart start);

    /// <summary>Called if the function has not returned at once, and is awaited.</summary>
    void Suspend(TAttempt attempt, in ValueTask pending);

    /// <summary>Fetches the records of the set whose callback the task is.</summary>
    /// <exception cref="UnknownTaskException">The records have expired.</exception>
    Task FetchMembersAsync(PacketContext context);
}
