namespace QCluster.Queue;

internal enum AckStatus
{
    /// <summary>Another worker has the task meanwhile; this outcome is refused.</summary>
    Fenced = -1,

    /// <summary>This outcome had been saved before: the reply was lost.</summary>
    Duplicate = 0,

    Saved = 1,

    /// <summary>The task is left to another cluster, which has its function.</summary>
    PassedOn = 2,
}
