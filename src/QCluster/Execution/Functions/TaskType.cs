using QCluster.TaskClasses;

namespace QCluster;

/// <summary>What kind of task class it is.</summary>
public enum TaskType
{
    /// <summary>Runs when it is called.</summary>
    Regular = 0,

    /// <summary>Runs by itself, again and again: see <see cref="PeriodicTask"/>.</summary>
    Periodic = 1,
}
