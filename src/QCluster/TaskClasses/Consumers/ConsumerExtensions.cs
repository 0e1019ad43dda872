using QCluster.Model;
using QCluster.TaskClasses.Consumers;

namespace QCluster.TaskClasses;

/// <summary>Low-level publishers and consumers of tasks, on a client.</summary>
public static class ConsumerExtensions
{
    /// <summary>Creates a low-level publisher of tasks. Dispose it.</summary>
    /// <param name="client">The client that gives the settings.</param>
    /// <param name="queue">The queue of the tasks. Null: the client's own queue.</param>
    /// <exception cref="NotSupportedException">The client is not a <see cref="QClusterClient"/>.</exception>
    public static TaskPublisher CreatePublisher(this IQClusterClient client, string? queue = null)
    {
        var own = QClusterClient.Of(client);
        return new TaskPublisher(own.Another(), NameRule.QueueOr(queue, own.Options.Queue));
    }

    /// <summary>Creates a low-level consumer of tasks, without a worker. It has a connection of its own, so task code cannot create one from the client of its task. Dispose it.</summary>
    /// <param name="client">The client that gives the settings.</param>
    /// <param name="queue">The queue of the tasks. Null: the client's own queue.</param>
    /// <exception cref="NotSupportedException">The client is not a <see cref="QClusterClient"/>, or has no connection of its own: that of a task, or a recording one.</exception>
    public static TaskConsumer CreateConsumer(this IQClusterClient client, string? queue = null)
    {
        var own = QClusterClient.Of(client);
        queue = NameRule.QueueOr(queue, own.Options.Queue);
        if (own.Redis is null)
            throw new NotSupportedException("A consumer takes tasks out of Redis by a connection of its own, and this client has none: inside a task its calls go through the cluster, and a RecordingClient only records. Create the consumer in a program of its own, with new QClusterClient(options).CreateConsumer(); in a test use a TestCluster.");
        var another = own.Another();
        return new TaskConsumer(new ConsumerMembership(another, another.Redis!.ClusterOf(queue, own.Options.MaxPacketBytes), new ConsumerPlace()), queue, own.Format);
    }
}
