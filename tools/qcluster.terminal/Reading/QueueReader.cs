namespace QCluster.Terminal.Reading;

/// <summary>Reads several queues at once. One that cannot be reached is shown with the reason, and does not hide the others.</summary>
internal static class QueueReader
{
    /// <summary>The figures of each queue, in their order.</summary>
    public static async Task<IReadOnlyList<QueueSizes>> SizesAsync(QClusterClient client, IEnumerable<string> queues, CancellationToken cancellationToken) =>
        await Task.WhenAll(queues.Select(queue => OneAsync(queue, () => client.Queues.Sizes(queue, cancellationToken), problem => new QueueSizes(queue, 0, new long[TaskPriority.Count], 0, 0, 0, 0, 0, 0) { Problem = problem })));

    /// <summary>What a call for a queue brings, or what stands in its stead when the queue cannot be reached.</summary>
    public static async Task<T> OneAsync<T>(string queue, Func<Task<T>> call, Func<string, T> otherwise)
    {
        try
        {
            return await call();
        }
        catch (BrokerException e) when (e.Problem is BrokerProblem.Unavailable or BrokerProblem.ReadOnly)
        {
            return otherwise($"Queue {queue}: {e.Message}");
        }
    }
}
