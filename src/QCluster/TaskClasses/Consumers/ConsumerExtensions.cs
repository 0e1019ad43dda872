using QCluster.TaskClasses.Consumers;

namespace QCluster.TaskClasses;

/// <summary>Low-level senders and takers of tasks, on a client.</summary>
public static class ConsumerExtensions
{
    /// <summary>Creates a low-level sender of tasks. Dispose it.</summary>
    /// <param name="client">The client whose settings it uses.</param>
    /// <param name="queue">Where to; null = the client's own queue.</param>
    /// <exception cref="NotSupportedException">The client is not a <see cref="QClusterClient"/>.</exception>
    public static TaskPublisher CreatePublisher(this IQClusterClient client, string? queue = null)
    {
        var own = QClusterClient.Of(client);
        return new TaskPublisher(own.Another(), queue ?? own.Options.Queue);
    }

    /// <summary>Creates a low-level taker of tasks, without a worker. Dispose it.</summary>
    /// <param name="client">The client whose settings it uses.</param>
    /// <param name="queue">Where from; null = the client's own queue.</param>
    /// <exception cref="NotSupportedException">The client is not a <see cref="QClusterClient"/>.</exception>
    public static TaskConsumer CreateConsumer(this IQClusterClient client, string? queue = null)
    {
        var own = QClusterClient.Of(client);
        queue ??= own.Options.Queue;
        return new TaskConsumer(new ConsumerBroker(own.Another().Broker, queue, own.Format, own.Options, new ConsumerPlace()), queue, own.Format);
    }
}
