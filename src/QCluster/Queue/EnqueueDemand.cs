namespace QCluster.Queue;

/// <summary>The requirement for enqueueing tasks.</summary>
internal enum EnqueueDemand
{
    None = 0,

    /// <summary>A live cluster that serves the queue, with the function if one is named.</summary>
    Cluster = 'm',

    /// <summary>A free slot for each of them.</summary>
    Slot = 'i',
}
