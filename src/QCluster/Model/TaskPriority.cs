namespace QCluster;

/// <summary>
/// The priorities a task can have: 0 to 9, a higher number is taken first, everywhere. Inside one priority tasks run first in, first out.
/// </summary>
public static class TaskPriority
{
    /// <summary>Taken when nothing else waits: 2.</summary>
    public const int Low = 2;

    /// <summary>The default: 5.</summary>
    public const int Normal = 5;

    /// <summary>Before normal tasks: 7.</summary>
    public const int High = 7;

    /// <summary>Before everything else: 9.</summary>
    public const int Critical = 9;

    internal const int Count = 10;
}
