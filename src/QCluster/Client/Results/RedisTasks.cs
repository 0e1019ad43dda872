using System.Globalization;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Client.Results;

/// <summary>Successes, or failures, among the last uncached tasks in Redis. There are few of them, so a query reads them all.</summary>
internal sealed class RedisTasks(ClientScripts scripts, TaskStore store, string ownQueue, bool succeeded) : IFinishedTasks
{
    private const int Part = 1_000;
    private static readonly TaskState[] SuccessStates = [TaskState.Succeeded];
    private static readonly TaskState[] FailureStates = [TaskState.Failed, TaskState.Cancelled];

    public async Task<TaskPage> Query(TaskQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new TaskQuery();
        if (query.Limit is < 1 or > 10_000)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "A page has 1 to 10,000 tasks.");
        var found = (await FindAsync(query, cancellationToken).ConfigureAwait(false)).Select(f => f.Record);
        found = query.OldestFirst ? found.OrderBy(Cursor, StringComparer.Ordinal) : found.OrderByDescending(Cursor, StringComparer.Ordinal);
        if (query.After is { } after)
            found = found.Where(r => query.OldestFirst ? string.CompareOrdinal(Cursor(r), after) > 0 : string.CompareOrdinal(Cursor(r), after) < 0);
        var page = found.Take(query.Limit + 1).ToArray();
        return page.Length > query.Limit ? new TaskPage(page[..^1], Cursor(page[^2])) : new TaskPage(page, null);
    }

    public IAsyncEnumerable<TaskRecord> All(TaskQuery? query = null, CancellationToken cancellationToken = default) => Pages.All(this, query, cancellationToken);

    public async Task<long> Count(TaskQuery? query = null, CancellationToken cancellationToken = default) =>
        (await FindAsync(query ?? new TaskQuery(), cancellationToken).ConfigureAwait(false)).Count;

    public async Task<long> Delete(TaskQuery? query = null, CancellationToken cancellationToken = default)
    {
        var found = await FindAsync(query ?? new TaskQuery(), cancellationToken).ConfigureAwait(false);
        foreach (var (id, state, entry, _) in found)
            await scripts.Tasks.ForgetAsync(id, cancellationToken, state, entry).ConfigureAwait(false);

        return found.Count;
    }

    private async Task<List<(TaskId Id, TaskState State, byte[] Entry, TaskRecord Record)>> FindAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var queue = query.Queue ?? ownQueue;
        var found = new List<(TaskId, TaskState, byte[], TaskRecord)>();
        // A member of a group that has ended since may be there twice: see uncached.lua.
        var seen = new HashSet<TaskId>();
        foreach (var state in succeeded ? SuccessStates : FailureStates)
        {
            for (var start = 0; ; start += Part)
            {
                var entries = await scripts.Results.SavedAsync(queue, state, start, Part, cancellationToken).ConfigureAwait(false);
                var ids = Array.ConvertAll(entries, e => TaskId.FromBytes(e, queue));
                var records = await store.RecordsAsync(ids, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < ids.Length; i++)
                {
                    if (!records[i].IsEmpty && seen.Add(ids[i]) && store.Decoder.DecodeListed(ids[i], records[i], state) is var record && Matches(query, record))
                        found.Add((ids[i], state, entries[i], record));
                }

                if (entries.Length < Part)
                    break;
            }
        }

        return found;
    }

    private static bool Matches(TaskQuery query, TaskRecord record) =>
        (query.Func is null || record.Func == query.Func)
        && (query.Group is null || record.Group == query.Group)
        && (query.Name is null || record.Name == query.Name)
        && (query.Cluster is null || record.Cluster == query.Cluster)
        && (query.From is null || record.Stopped >= query.From)
        && (query.To is null || record.Stopped < query.To);

    private static string Cursor(TaskRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{(record.Stopped ?? record.Queued).UtcTicks:D19}:{record.Id}");
}
