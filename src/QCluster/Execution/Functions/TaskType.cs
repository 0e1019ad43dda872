using QCluster.TaskClasses;

namespace QCluster;

/// <summary>The kind of a task class.</summary>
public enum TaskType
{
    /// <summary>Runs when it is called.</summary>
    Regular = 0,

    /// <summary>Runs automatically at its times: see <see cref="PeriodicTask"/>.</summary>
    Periodic = 1,
}
