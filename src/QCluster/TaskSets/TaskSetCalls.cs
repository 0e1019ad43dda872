using QCluster.TaskSets;

namespace QCluster;

/// <summary>Runs sets of tasks, on a client.</summary>
public static class TaskSetCalls
{
    /// <summary>Enqueues the calls of a set. The same as <see cref="TaskSet.Run"/>.</summary>
    /// <param name="client">The client.</param>
    /// <param name="set">The set.</param>
    /// <param name="cancellationToken">Ends the call. Tasks that were enqueued before run.</param>
    /// <exception cref="NotSupportedException">The client is not a <see cref="QClusterClient"/>.</exception>
    public static Task<TaskSetResult> RunSet(this IQClusterClient client, TaskSet set, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new SetSender(QClusterClient.Of(client)).SendAsync(set, cancellationToken);
    }
}
