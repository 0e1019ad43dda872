namespace QCluster.Model.Faults;

internal enum FaultAction
{
    /// <summary>The process ends at once, as with SIGKILL.</summary>
    Kill,

    /// <summary>The connection over which the next step would go is cut.</summary>
    Drop,

    /// <summary>The next step comes late.</summary>
    Delay,
}
