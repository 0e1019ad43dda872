using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace QCluster.BackgroundTasks;

/// <summary>
/// Runs its function for each added item, in their order, with the item as the first argument. The same as atasker's
/// <c>BackgroundQueueWorker</c>. The items wait in this process; to let them wait in Redis, enqueue tasks.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <param name="client">The client that enqueues the runs.</param>
/// <param name="options">The options of the worker.</param>
/// <param name="logger">The log for its starts, stops and failures.</param>
public sealed class BackgroundQueueWorker<T>(IQClusterClient client, BackgroundWorkerOptions options, ILogger<BackgroundQueueWorker<T>>? logger = null) : BackgroundWorker(client, options, logger)
{
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    /// <summary>The number of waiting items.</summary>
    public int Count => _items.Reader.Count;

    /// <summary>Adds an item. Items also wait while the worker is stopped.</summary>
    public void Put(T item) => _items.Writer.TryWrite(item);

    private protected override async Task LoopAsync(CancellationToken stopping)
    {
        while (true)
        {
            var item = await _items.Reader.ReadAsync(stopping).ConfigureAwait(false);
            if (!await ExecuteAsync([item]).ConfigureAwait(false))
                return;
        }
    }
}
