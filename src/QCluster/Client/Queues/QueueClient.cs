using QCluster.Client.Cancellation;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Client.Queues;

/// <inheritdoc cref="IQueues" />
internal sealed class QueueClient(IBroker broker, CancelClient cancel, string ownQueue) : IQueues
{
    public Task<IReadOnlyList<string>> List(CancellationToken cancellationToken = default) => broker.QueuesAsync(cancellationToken);

    public Task<QueueSizes> Sizes(string? queue = null, CancellationToken cancellationToken = default) => broker.SizesAsync(queue ?? ownQueue, cancellationToken);

    /// <summary>Samples that cannot be read are left out: they may come from another version.</summary>
    public async Task<IReadOnlyList<QueueSample>> History(string? queue = null, CancellationToken cancellationToken = default)
    {
        var reply = await broker.RunAsync(new ScriptCall(QueueScript.History, queue ?? ownQueue, "hs", []), cancellationToken).ConfigureAwait(false);
        return [.. reply.Items.Reverse().Select(i => QueueSample.Parse(i.Text)).OfType<QueueSample>()];
    }

    public Task<bool> Pause(string? queue = null, CancellationToken cancellationToken = default) => PauseAsync(queue ?? ownQueue, pause: true, cancellationToken);

    public Task<bool> Resume(string? queue = null, CancellationToken cancellationToken = default) => PauseAsync(queue ?? ownQueue, pause: false, cancellationToken);

    public async Task<long> Purge(string? queue = null, CancellationToken cancellationToken = default)
    {
        queue ??= ownQueue;
        long total = 0;
        while (true)
        {
            var ids = await broker.RunAsync(new ScriptCall(QueueScript.Waiting, queue, "w", []), cancellationToken).ConfigureAwait(false);
            if (ids.Items.Count == 0)
                return total;
            var results = await Task.WhenAll(ids.Items.Select(id => cancel.CancelTaskAsync(TaskId.FromBytes(id.Bytes, queue), cancellationToken))).ConfigureAwait(false);
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
            ? (QueueRemoval)(await broker.RunAsync(new ScriptCall(QueueScript.QueueRemove, queue, "c", [], ScriptCall.Text("0")), cancellationToken).ConfigureAwait(false)).Number
            : QueueRemoval.Unknown;
    }

    /// <summary>Whether that changed anything.</summary>
    private async Task<bool> PauseAsync(string queue, bool pause, CancellationToken cancellationToken) =>
        (await broker.RunAsync(new ScriptCall(QueueScript.Pause, queue, "pz", [], ScriptCall.Text(pause ? "1" : "0")), cancellationToken).ConfigureAwait(false)).Number == 1;
}
