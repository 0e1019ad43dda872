namespace QCluster;

/// <summary>The treatment of an occurrence while the task of the previous one has not ended.</summary>
public enum Overlap
{
    /// <summary>The occurrence runs beside it.</summary>
    Allow = 0,

    /// <summary>The occurrence is skipped.</summary>
    Skip = 1,

    /// <summary>The occurrence waits until that task has ended.</summary>
    Queue = 2,
}
