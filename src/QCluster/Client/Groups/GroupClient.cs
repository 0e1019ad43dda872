using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Groups;
using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Client.Results;

namespace QCluster.Client.Groups;

/// <summary>Groups: their finished members, and waits for more.</summary>
internal sealed class GroupClient(ClientScripts scripts, TaskStore store, string ownQueue)
{
    private const int Page = 5_000;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    /// <summary>The finished members' records in the order of their calls; null if the group is unknown, or has not finished in time.</summary>
    public async Task<IReadOnlyList<TaskRecord>?> FetchAsync(string group, bool failures, TimeSpan? wait, int? count, CancellationToken cancellationToken)
    {
        var (label, queue) = GroupLabel.Parse(group, ownQueue);
        var limit = wait ?? TimeSpan.Zero;
        var progress = await LookAsync(label, queue, count, limit, cancellationToken).ConfigureAwait(false);
        if (!progress.IsKnown && store.Database is not null)
            return await FromDatabaseAsync(label, queue, failures, count, cancellationToken).ConfigureAwait(false);
        if (!progress.IsKnown || (!progress.IsEnough && (count is not null || limit != TimeSpan.Zero)))
            return null;
        var members = await FinishedAsync(label, queue, cancellationToken).ConfigureAwait(false);
        var past = members.Take(progress.Past).Select(m => m.Id).ToHashSet();
        Sort(members);
        var records = await RecordsAsync(label, members, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i] is null && !past.Contains(members[i].Id))
                throw MissingRecord.Of($"the group '{group}'", "member", i + 1, records.Length, members[i].Id);
        }

        return [.. records.OfType<TaskRecord>().Where(r => failures || r.Success == true)];
    }

    /// <summary>The values of the members that succeeded, and with failures the error texts of the others.</summary>
    public async Task<IReadOnlyList<object?>?> ResultsAsync(string group, bool failures, TimeSpan? wait, int? count, CancellationToken cancellationToken) =>
        await FetchAsync(group, failures, wait, count, cancellationToken).ConfigureAwait(false) is { } records ? [.. records.Select(r => r.Result)] : null;

    public async Task<long> CountAsync(string group, bool failures, CancellationToken cancellationToken)
    {
        var (label, queue) = GroupLabel.Parse(group, ownQueue);
        var progress = await LookAsync(label, queue, null, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (!progress.IsKnown && store.Database is { } database)
            return await database.CountAsync(failures ? false : null, new TaskQuery { Group = label, Queue = queue }, cancellationToken).ConfigureAwait(false);
        return failures ? progress.Failed : progress.Finished;
    }

    public async Task<long> DeleteAsync(string group, bool tasks, CancellationToken cancellationToken)
    {
        const int part = 1000;
        var (label, queue) = GroupLabel.Parse(group, ownQueue);
        if (tasks)
        {
            // Those of other queues have keys that the script of this one may not touch.
            foreach (var (id, _) in (await MembersAsync(label, queue, cancellationToken).ConfigureAwait(false)).Where(m => m.Id.Queue != queue))
                await scripts.Tasks.ForgetAsync(id, cancellationToken).ConfigureAwait(false);
        }

        var total = 0L;
        for (var deleted = (long)part; deleted == part; total += deleted)
            deleted = await scripts.Groups.DeleteAsync(label, queue, tasks, cancellationToken).ConfigureAwait(false);
        if (tasks && store.Database is { } database)
            total = Math.Max(total, await database.DeleteAsync(null, new TaskQuery { Group = label, Queue = queue }, cancellationToken).ConfigureAwait(false));
        return total;
    }

    /// <param name="label">The group's label.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="count">The needed number of finished members. Null: all that were enqueued.</param>
    /// <param name="wait">The maximum time to wait for them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<GroupProgress> LookAsync(string label, string queue, int? count, TimeSpan wait, CancellationToken cancellationToken) =>
        SlotLoan.DuringAsync(wait, () => scripts.Groups.LookAsync(label, queue, count, wait, cancellationToken));

    /// <summary>Marks a group as open for more members, or as complete.</summary>
    public Task OpenAsync(string label, string queue, bool open, TimeSpan keepEmpty, CancellationToken cancellationToken, byte[]? callback = null) =>
        scripts.Groups.OpenAsync(label, queue, open, keepEmpty, callback, cancellationToken);

    /// <summary>The finished members in the order of their ids, which is that of their calls.</summary>
    public async Task<List<(TaskId Id, TaskState State)>> MembersAsync(string label, string queue, CancellationToken cancellationToken)
    {
        var members = await FinishedAsync(label, queue, cancellationToken).ConfigureAwait(false);
        Sort(members);
        return members;
    }

    /// <summary>The finished members in the order of their ends.</summary>
    private async Task<List<(TaskId Id, TaskState State)>> FinishedAsync(string label, string queue, CancellationToken cancellationToken)
    {
        var members = new List<(TaskId Id, TaskState State)>();
        while (true)
        {
            var page = await scripts.Groups.MembersAsync(label, queue, members.Count, Page, cancellationToken).ConfigureAwait(false);
            members.AddRange(page);
            if (page.Count < Page)
                break;
        }

        return members;
    }

    private static void Sort(List<(TaskId Id, TaskState State)> members) => members.Sort(static (x, y) => CompareIds(x.Id, y.Id));

    /// <summary>Returns the records of further finished members after the first <paramref name="seen"/> ones, in the order of their ends. Waits until there are any. Null at the end of the group.</summary>
    public async Task<IReadOnlyList<TaskRecord>?> NextAsync(string group, int seen, CancellationToken cancellationToken)
    {
        var (label, queue) = GroupLabel.Parse(group, ownQueue);
        for (var progress = default(GroupProgress); !progress.IsEnough;)
        {
            progress = await LookAsync(label, queue, seen + 1, LookAgain, cancellationToken).ConfigureAwait(false);
            if (!progress.IsKnown)
                throw new UnknownTaskException(group);
            if (!progress.IsEnough && progress.IsComplete)
                return null;
        }

        var members = await scripts.Groups.MembersAsync(label, queue, seen, Page, cancellationToken).ConfigureAwait(false);
        var records = await RecordsAsync(label, members, cancellationToken).ConfigureAwait(false);
        return [.. records.Select((record, i) => record ?? throw MissingRecord.Of($"the group '{group}'", "finished member", seen + i + 1, seen + members.Count, members[i].Id))];
    }

    /// <summary>The records of members; null for a missing one.</summary>
    public async Task<TaskRecord?[]> RecordsAsync(string label, IReadOnlyList<(TaskId Id, TaskState State)> members, CancellationToken cancellationToken)
    {
        var raw = await RawRecordsAsync(label, members, cancellationToken).ConfigureAwait(false);
        return [.. members.Select((m, i) => raw[i].IsEmpty ? null : store.Decoder.DecodeListed(m.Id, raw[i], m.State))];
    }

    /// <summary>The same, not decoded; empty for a missing one.</summary>
    public async Task<ReadOnlyMemory<byte>[]> RawRecordsAsync(string label, IReadOnlyList<(TaskId Id, TaskState State)> members, CancellationToken cancellationToken)
    {
        var records = await store.RecordsAsync([.. members.Select(m => m.Id)], cancellationToken).ConfigureAwait(false);
        if (store.Database is null || !Array.Exists(records, r => r.IsEmpty))
            return records;
        var saved = new Dictionary<Guid, ReadOnlyMemory<byte>>();
        await foreach (var task in AllOfDatabaseAsync(new TaskQuery { Group = label, Limit = Page }, null, cancellationToken).ConfigureAwait(false))
            saved[task.Id.Value] = task.Record;
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i].IsEmpty)
                records[i] = saved.GetValueOrDefault(members[i].Id.Value);
        }

        return records;
    }

    private async Task<IReadOnlyList<TaskRecord>?> FromDatabaseAsync(string label, string queue, bool failures, int? count, CancellationToken cancellationToken)
    {
        var found = new List<SavedTask>();
        await foreach (var task in AllOfDatabaseAsync(new TaskQuery { Group = label, Queue = queue, Limit = Page }, null, cancellationToken).ConfigureAwait(false))
            found.Add(task);
        if (found.Count == 0 || found.Count < count)
            return null;
        found.Sort(static (x, y) => CompareIds(x.Id, y.Id));
        return [.. found.Where(t => failures || t.State == TaskState.Succeeded).Select(t => store.Decoder.DecodeListed(t.Id, t.Record, t.State))];
    }

    private async IAsyncEnumerable<SavedTask> AllOfDatabaseAsync(TaskQuery query, bool? succeeded, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var (tasks, next) = await store.Database!.QueryAsync(succeeded, query, cancellationToken).ConfigureAwait(false);
            foreach (var task in tasks)
                yield return task;
            query = query with { After = next };
        }
        while (query.After is not null);
    }

    private static int CompareIds(TaskId x, TaskId y) => x.ToBytes().AsSpan().SequenceCompareTo(y.ToBytes());
}
