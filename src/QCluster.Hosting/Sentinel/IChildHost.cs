using QCluster.Hosting.Children;

namespace QCluster.Hosting.Sentinel;

/// <summary>What a <see cref="ChildSet"/> needs of its sentinel. Called by the sentinel's loop.</summary>
internal interface IChildHost
{
    /// <summary>Starts a process. Its exit is reported on any thread.</summary>
    ChildProcess Start(ChildRole role, int ordinal, Action<ChildProcess> onExit);

    /// <summary>Has the loop do something. Called on any thread.</summary>
    void Post(Action change);

    /// <summary>A worker has ended: its tasks must be taken back.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="how">How it ended, in words.</param>
    void OnWorkerGone(ChildProcess worker, string how);

    /// <summary>A process cannot work, and would fail again each time: the cluster stops.</summary>
    void OnCannotWork(string problem);
}
