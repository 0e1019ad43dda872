namespace QCluster;

/// <summary>What becomes of a slot when the task of the one before is not over yet.</summary>
public enum Overlap
{
    /// <summary>It runs beside it.</summary>
    Allow = 0,

    /// <summary>It is left out.</summary>
    Skip = 1,

    /// <summary>It waits until that one is over.</summary>
    Queue = 2,
}
