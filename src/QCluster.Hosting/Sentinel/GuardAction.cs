namespace QCluster.Hosting.Sentinel;

/// <summary>What must be done about a child.</summary>
internal enum GuardAction
{
    /// <summary>Killed at once.</summary>
    Kill,

    /// <summary>Killed for a task that does not stop, once it has been seen what its threads are doing.</summary>
    Condemn,

    /// <summary>Replaced once its tasks are done.</summary>
    Replace,
}
