using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Execution.Calls;
using QCluster.Execution.Functions;

namespace QCluster.Client.Results;

/// <summary>Finds tasks for a client: in Redis, and else in the database, if there is one.</summary>
internal sealed class TaskStore(ClientScripts scripts, RecordDecoder decoder, string ownQueue, IResultStore? database) : IAsyncDisposable
{
    private const int Batch = 500;

    public RecordDecoder Decoder => decoder;

    public IResultStore? Database => database;

    /// <summary>An id, or that of the task enqueued last under a name. Null for an unknown name.</summary>
    public async Task<TaskId?> ResolveAsync(string idOrName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(idOrName);
        if (idOrName.Length == 0)
            throw new ArgumentException("'' is neither the id nor the name of a task. Give what Async returned, or the TaskName of a task.", nameof(idOrName));
        if (TaskId.TryParse(idOrName, out var id))
            return id;
        var (name, queue) = GroupLabel.Parse(idOrName, ownQueue, nameof(idOrName));
        if (await scripts.Tasks.NamedAsync(name, queue, cancellationToken).ConfigureAwait(false) is { } named)
            return named;
        return database is null ? null : (await database.FindByNameAsync(name, queue, cancellationToken).ConfigureAwait(false))?.Id;
    }

    /// <summary>Returns the state of a task once it has finished, or the wait has ended.</summary>
    public async Task<TaskLookup> WaitAsync(TaskId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var lookup = await SlotLoan.DuringAsync(wait, () => scripts.Tasks.WaitAsync(id, wait, cancellationToken)).ConfigureAwait(false);
        if (database is not null && (lookup.Place == TaskPlace.Unknown || lookup is { Place: TaskPlace.Finished, Record.IsEmpty: true }))
        {
            if (await database.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } saved)
                return new TaskLookup(TaskPlace.Finished, saved.Record);
        }

        return lookup;
    }

    /// <summary>The records of finished tasks, in the order of the ids; empty for a missing one.</summary>
    public async Task<ReadOnlyMemory<byte>[]> RecordsAsync(IReadOnlyList<TaskId> ids, CancellationToken cancellationToken)
    {
        var records = new ReadOnlyMemory<byte>[ids.Count];
        foreach (var queue in ids.Select((id, index) => (id, index)).GroupBy(p => p.id.Queue, StringComparer.Ordinal))
        {
            var wanted = queue.ToArray();
            for (var from = 0; from < wanted.Length;)
            {
                var batch = wanted.AsSpan(from, Math.Min(Batch, wanted.Length - from)).ToArray();
                // Of large records only the first come.
                var found = await scripts.Results.RecordsAsync(queue.Key, batch.Select(p => p.id), cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < found.Count; i++)
                    records[batch[i].index] = found[i];
                from += found.Count;
            }
        }

        return records;
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync().ConfigureAwait(false);
        await scripts.DisposeAsync().ConfigureAwait(false);
    }
}
