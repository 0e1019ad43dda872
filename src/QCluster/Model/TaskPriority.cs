namespace QCluster;

/// <summary>
/// The priorities of tasks, 0 to 9: higher numbers start first, everywhere. Within one priority tasks run first in, first out.
/// </summary>
public static class TaskPriority
{
    /// <summary>After all other priorities: 2.</summary>
    public const int Low = 2;

    /// <summary>The default: 5.</summary>
    public const int Normal = 5;

    /// <summary>Before normal tasks: 7.</summary>
    public const int High = 7;

    /// <summary>Before all other priorities: 9.</summary>
    public const int Critical = 9;

    internal const int Count = 10;
}
