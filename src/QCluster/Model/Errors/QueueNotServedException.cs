namespace QCluster;

/// <summary>A call with <see cref="TaskOptions.Mandatory"/> found no live cluster that serves the queue. Nothing was enqueued.</summary>
public sealed class QueueNotServedException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="queue">The queue.</param>
    public QueueNotServedException(string queue)
        : base($"No live cluster serves the queue '{queue}', and the call is mandatory: nothing was enqueued. Start one with 'qcluster start --queue {queue}', or leave Mandatory out to let the task wait.")
        => Queue = queue;

    /// <summary>The queue.</summary>
    public string Queue { get; }
}
