using QCluster.Hosting.Gateway;
using QCluster.Hosting.Logging;

namespace QCluster.Hosting.Children;

/// <summary>This process as a connected child of its sentinel.</summary>
internal sealed class ClusterChild(ChildRole role, ControlChannel control, ChildSettings settings)
{
    public ChildRole Role => role;

    public ControlChannel Control => control;

    public ChildSettings Settings => settings;

    /// <summary>True if the sentinel has ended: tasks that this worker could not finish run again elsewhere.</summary>
    public bool LeavesUnfinished { get; set; }

    /// <summary>The log of this child; its entries go to the sentinel.</summary>
    public ChildLog Log { get; } = control.OpenLog(settings.LogLevel);

    /// <summary>The connection of the client of its tasks; for workers.</summary>
    public WorkerConnection Connection { get; } = new(settings.Options.CallTimeout);
}
