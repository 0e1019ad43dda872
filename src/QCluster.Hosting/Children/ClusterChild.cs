using QCluster.Hosting.Gateway;
using QCluster.Hosting.Logging;

namespace QCluster.Hosting.Children;

/// <summary>This process as a child that its sentinel has welcomed.</summary>
internal sealed class ClusterChild(ChildRole role, ControlChannel control, ChildSettings settings)
{
    public ChildRole Role => role;

    public ControlChannel Control => control;

    public ChildSettings Settings => settings;

    /// <summary>Its sentinel is gone, and tasks that it could not end run again elsewhere.</summary>
    public bool LeavesUnfinished { get; set; }

    /// <summary>What it logs goes to the sentinel.</summary>
    public ChildLog Log { get; } = control.OpenLog(settings.LogLevel);

    /// <summary>What the client of its tasks speaks through; for workers.</summary>
    public WorkerConnection Connection { get; } = new(settings.Options.CallTimeout);
}
