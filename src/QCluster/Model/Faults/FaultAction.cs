namespace QCluster.Model.Faults;

internal enum FaultAction
{
    /// <summary>The process ends at once, as with SIGKILL.</summary>
    Kill,

    /// <summary>Cuts the connection of the next step.</summary>
    Drop,

    /// <summary>The next step comes late.</summary>
    Delay,
}
