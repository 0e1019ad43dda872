namespace QCluster.Queue;

/// <summary>What must be there for tasks to be enqueued.</summary>
internal enum EnqueueDemand
{
    None = 0,

    /// <summary>A live cluster that serves the queue, with the function if one is named.</summary>
    Cluster = 'm',

    /// <summary>A free slot for each of them.</summary>
    Slot = 'i',
}
