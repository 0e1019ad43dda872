using QCluster.Execution.Functions;

namespace QCluster.Execution.Attempts;

/// <summary>The place where attempts run: a worker, or the process of a caller.</summary>
/// <typeparam name="TAttempt">The host's form of an attempt.</typeparam>
internal interface ITaskHost<in TAttempt>
{
    /// <summary>Cancel was requested before the attempt began.</summary>
    bool IsCancelRequested(TAttempt attempt);

    /// <summary>The function is about to be called: the host makes the context, and sees to time-outs and cancels from here on.</summary>
    PacketContext Begin(TAttempt attempt, in AttemptStart start);

    /// <summary>The function has not returned at once, and this is awaited.</summary>
    void Suspend(TAttempt attempt, in ValueTask pending);

    /// <summary>Fetches the records of the set whose callback the task is.</summary>
    /// <exception cref="UnknownTaskException">The records are no longer kept.</exception>
    Task FetchMembersAsync(PacketContext context);
}
