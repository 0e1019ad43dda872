using QCluster.Hosting.Channels;

namespace QCluster.Hosting.Worker;

/// <summary>
/// What a <see cref="Ledger"/> says to other threads and processes. Called under its lock, so that it is said in the order in which it came
/// about: the
/// methods put something into a queue or a socket, and never call the ledger.
/// </summary>
internal interface ILedgerHost
{
    /// <summary>Has a thread of the pool run a task, which has its slot.</summary>
    void Dispatch(HeldTask task);

    /// <summary>
    /// No thread of the pool has come to a task for so many milliseconds. Has one call <see cref="Ledger.OnThreadCame"/>.
    /// </summary>
    void OnStarved(long milliseconds);

    /// <summary>Reports the tasks held on a new connection to the pusher.</summary>
    void SendHolding(FrameConnection pusher, IReadOnlyCollection<AttemptRef> held);

    /// <summary>Reports how many tasks the pusher may have sent in all since it was given the tasks held.</summary>
    void SendCredit(long limit);

    /// <summary>Gives attempts that have not begun back to the queue.</summary>
    void Release(IReadOnlyCollection<AttemptRef> attempts);

    /// <summary>The isolated task of this process waits for others, or goes on.</summary>
    void ReportLent(bool isLent);
}
