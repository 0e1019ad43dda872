using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Dead;
using QCluster.Client.Results;

namespace QCluster.Client.Dead;

/// <inheritdoc cref="IDeadTasks" />
internal sealed class DeadTasks(DeadScripts scripts, TaskStore store, string ownQueue, Func<string, CancellationToken, Task<string>> retry) : IDeadTasks
{
    private const int Page = 1000;

    public async Task<long> Count(string? queue = null, CancellationToken cancellationToken = default) =>
        (await scripts.ListAsync(NameRule.QueueOr(queue, ownQueue), 0, 1, cancellationToken).ConfigureAwait(false)).Total;

    public async Task<IReadOnlyList<TaskRecord>> List(int skip = 0, int limit = 20, string? queue = null, CancellationToken cancellationToken = default)
    {
        if (skip < 0 || limit is < 1 or > Page)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"The limit is 1 to {Page}, and the number to skip is not negative.");
        var (_, ids) = await scripts.ListAsync(NameRule.QueueOr(queue, ownQueue), skip, limit, cancellationToken).ConfigureAwait(false);
        var records = new List<TaskRecord>();
        foreach (var id in ids)
        {
            var lookup = await store.WaitAsync(id, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (lookup is { Place: TaskPlace.Finished, Record.IsEmpty: false })
                records.Add(store.Decoder.DecodeListed(id, lookup.Record, TaskState.Failed));
        }

        return records;
    }

    public async Task<string> Retry(string id, CancellationToken cancellationToken = default)
    {
        var task = Parse(id);
        var again = await retry(id, cancellationToken).ConfigureAwait(false);
        await scripts.RemoveAsync(task.Queue, [task], withRecords: false, cancellationToken).ConfigureAwait(false);
        return again;
    }

    public async Task<IReadOnlyList<string>> RetryAll(string? queue = null, CancellationToken cancellationToken = default)
    {
        var again = new List<string>();
        while (true)
        {
            var (_, ids) = await scripts.ListAsync(NameRule.QueueOr(queue, ownQueue), 0, Page, cancellationToken).ConfigureAwait(false);
            if (ids.Count == 0)
                return again;
            foreach (var id in ids)
            {
                try
                {
                    again.Add(await Retry(id.ToString(), cancellationToken).ConfigureAwait(false));
                }
                catch (Exception e) when (e is UnknownTaskException or InvalidOperationException)
                {
                    // Its record has expired, or it cannot be run alone: it would be there for ever.
                    await scripts.RemoveAsync(id.Queue, [id], withRecords: false, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    public async Task<bool> Purge(string id, CancellationToken cancellationToken = default)
    {
        var task = Parse(id);
        return await scripts.RemoveAsync(task.Queue, [task], withRecords: true, cancellationToken).ConfigureAwait(false) > 0;
    }

    public async Task<long> PurgeAll(string? queue = null, CancellationToken cancellationToken = default)
    {
        long total = 0;
        for (var removed = (long)Page; removed >= Page; total += removed)
            removed = await scripts.RemoveAsync(NameRule.QueueOr(queue, ownQueue), [], withRecords: true, cancellationToken).ConfigureAwait(false);
        return total;
    }

    private static TaskId Parse(string id) => TaskId.TryParse(id, out var task) ? task.Value : throw new UnknownTaskException(id);
}
