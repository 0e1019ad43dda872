using QCluster.Client.Cancellation;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Client.Queues;

/// <inheritdoc cref="IQueues" />
internal sealed class QueueClient(ClientScripts scripts, CancelClient cancel, string ownQueue) : IQueues
{
    public Task<IReadOnlyList<string>> List(CancellationToken cancellationToken = default) => scripts.Queues.NamesAsync(cancellationToken);

    public Task<QueueSizes> Sizes(string? queue = null, CancellationToken cancellationToken = default) => scripts.Queues.SizesAsync(NameRule.QueueOr(queue, ownQueue), cancellationToken);

    /// <summary>Omits unreadable samples, which may come from another version.</summary>
    public async Task<IReadOnlyList<QueueSample>> History(string? queue = null, CancellationToken cancellationToken = default) =>
        [.. (await scripts.Queues.HistoryAsync(NameRule.QueueOr(queue, ownQueue), cancellationToken).ConfigureAwait(false)).Reverse().Select(QueueSample.Parse).OfType<QueueSample>()];

    public Task<bool> Pause(string? queue = null, CancellationToken cancellationToken = default) => scripts.Queues.PauseAsync(NameRule.QueueOr(queue, ownQueue), pause: true, cancellationToken);

    public Task<bool> Resume(string? queue = null, CancellationToken cancellationToken = default) => scripts.Queues.PauseAsync(NameRule.QueueOr(queue, ownQueue), pause: false, cancellationToken);

    public async Task<long> Purge(string? queue = null, CancellationToken cancellationToken = default)
    {
        queue = NameRule.QueueOr(queue, ownQueue);
        long total = 0;
        while (true)
        {
            var ids = await scripts.Tasks.WaitingAsync(queue, cancellationToken).ConfigureAwait(false);
            if (ids.Count == 0)
                return total;
            var results = await Task.WhenAll(ids.Select(id => cancel.CancelTaskAsync(id, cancellationToken))).ConfigureAwait(false);
            var cancelled = results.Count(r => r == CancelResult.Cancelled);
            total += cancelled;
            // What cannot be cancelled has begun meanwhile, or 'qcluster doctor' must look at it.
            if (cancelled == 0)
                return total;
        }
    }

    public async Task<QueueRemoval> Remove(string queue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        return (await List(cancellationToken).ConfigureAwait(false)).Contains(queue, StringComparer.Ordinal)
            ? await scripts.Queues.RemoveAsync(queue, cancellationToken).ConfigureAwait(false)
            : QueueRemoval.Unknown;
    }
}
