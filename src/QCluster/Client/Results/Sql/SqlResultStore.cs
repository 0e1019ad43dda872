using System.Data.Common;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Model.Errors;

namespace QCluster.Client.Results.Sql;

/// <summary>Finished tasks in one table of a database, which it creates and migrates automatically.</summary>
internal sealed class SqlResultStore(ISqlDatabase database, TimeProvider time) : IResultStore
{
    internal const int DeletePart = 5_000;
    private const string Columns = "id, queue, state, name, func, group_name, cluster, started, stopped, record";

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly RetentionRule _successes = new(succeeded: true, time);
    private readonly RetentionRule _failures = new(succeeded: false, time);
    private Task? _preparing;

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!database.IsFile)
            return;
        try
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ResultStoreException e) when (Explain(e.InnerException!) is { Kind: SqlProblemKind.Setting } problem)
        {
            throw new InvalidSettingException("results", database.Display, $"it {problem.What}. {problem.Remedy}");
        }
        catch (ResultStoreException)
        {
            // It may be over when the first record is saved; until then records wait in Redis.
        }
    }

    /// <summary>Concurrent callers share one attempt and its result.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Task preparing;
        lock (_gate)
        {
            if (_preparing is null or { IsFaulted: true } or { IsCanceled: true })
                _preparing = TryAsync(async () =>
                {
                    await database.MigrateAsync(_closing.Token).ConfigureAwait(false);
                    return true;
                });
            preparing = _preparing;
        }

        await preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task SaveAsync(IReadOnlyList<SavedTask> tasks, CancellationToken cancellationToken) => UseAsync(
        changes: true,
        async connection =>
        {
            if (tasks.Count > 0)
                await database.InsertAsync(connection, tasks, cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public async Task<SavedTask?> FindAsync(TaskId id, CancellationToken cancellationToken) =>
        (await TasksAsync(" WHERE id = @Id", new Dictionary<string, object>(StringComparer.Ordinal) { ["Id"] = database.ToValue(id.Value) }, cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    public async Task<SavedTask?> FindByNameAsync(string name, string queue, CancellationToken cancellationToken)
    {
        var filter = new SqlFilter(database, succeeded: null, new TaskQuery { Name = name, Queue = queue });
        return (await TasksAsync($"{filter.Where} ORDER BY stopped DESC, id DESC LIMIT 1", filter.Parameters, cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    public async Task<(IReadOnlyList<SavedTask> Tasks, string? Next)> QueryAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > 10_000)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "A page has 1 to 10,000 tasks.");
        var filter = new SqlFilter(database, succeeded, query);
        if (query.After is { } after)
            filter.AddEnd(query.OldestFirst ? ">" : "<", PageEnd.Parse(after));
        var order = query.OldestFirst ? "stopped, id" : "stopped DESC, id DESC";
        var tasks = await TasksAsync($"{filter.Where} ORDER BY {order} LIMIT {query.Limit + 1}", filter.Parameters, cancellationToken).ConfigureAwait(false);
        if (tasks.Count <= query.Limit)
            return (tasks, null);
        tasks.RemoveAt(tasks.Count - 1);
        return (tasks, new PageEnd(tasks[^1].Stopped, tasks[^1].Id.Value).ToString());
    }

    public Task<long> CountAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken)
    {
        var filter = new SqlFilter(database, succeeded, query);
        return UseAsync(changes: false, connection => connection.NumberAsync($"SELECT count(*) FROM {database.Table}{filter.Where}", filter.Parameters, cancellationToken), cancellationToken);
    }

    public async Task<long> DeleteAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken)
    {
        var filter = new SqlFilter(database, succeeded, query);
        long deleted = 0;
        int part;
        do
        {
            part = await DeletePartAsync(filter, cancellationToken).ConfigureAwait(false);
            deleted += part;
        }
        while (part == DeletePart);
        return deleted;
    }

    public Task<bool> DeleteAsync(TaskId id, CancellationToken cancellationToken) => UseAsync(
        changes: true,
        async connection => await connection.ExecuteAsync($"DELETE FROM {database.Table} WHERE id = @Id", [new("Id", database.ToValue(id.Value))], cancellationToken).ConfigureAwait(false) > 0,
        cancellationToken);

    public async Task<bool> TrimAsync(Retention retention, CancellationToken cancellationToken)
    {
        var successes = await _successes.TrimAsync(this, retention.SuccessAge, retention.SuccessCount, cancellationToken).ConfigureAwait(false);
        var failures = await _failures.TrimAsync(this, retention.FailureAge, retention.FailureCount, cancellationToken).ConfigureAwait(false);
        return successes && failures;
    }

    internal SqlFilter Filter(bool? succeeded, TaskQuery query) => new(database, succeeded, query);

    /// <summary>Deletes one part, oldest first, in one short statement, and returns the number of deleted tasks.</summary>
    internal Task<int> DeletePartAsync(SqlFilter filter, CancellationToken cancellationToken) => UseAsync(
        changes: true,
        connection => connection.ExecuteAsync(
            $"DELETE FROM {database.Table} WHERE id IN (SELECT id FROM {database.Table}{filter.Where} ORDER BY stopped, id LIMIT {DeletePart})",
            filter.Parameters,
            cancellationToken),
        cancellationToken);

    /// <summary>The row behind the newest ones; null when there are no more than these.</summary>
    internal async Task<PageEnd?> EndAsync(SqlFilter filter, long skip, CancellationToken cancellationToken)
    {
        var rows = await UseAsync(
            changes: false,
            connection => connection.RowsAsync(
                $"SELECT stopped, id FROM {database.Table}{filter.Where} ORDER BY stopped DESC, id DESC LIMIT 1 OFFSET {skip}",
                filter.Parameters,
                reader => new PageEnd(database.ReadTime(reader, 0), database.ReadId(reader, 1)),
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : null;
    }

    private Task<List<SavedTask>> TasksAsync(string clauses, IEnumerable<KeyValuePair<string, object>> parameters, CancellationToken cancellationToken) => UseAsync(
        changes: false,
        connection => connection.RowsAsync($"SELECT {Columns} FROM {database.Table}{clauses}", parameters, Read, cancellationToken),
        cancellationToken);

    private SavedTask Read(DbDataReader reader) => new()
    {
        Id = new TaskId(database.ReadId(reader, 0), reader.GetString(1)),
        State = (TaskState)reader.GetInt16(2),
        Name = Text(reader, 3),
        Func = Text(reader, 4),
        Group = Text(reader, 5),
        Cluster = reader.GetString(6),
        Started = reader.IsDBNull(7) ? null : database.ReadTime(reader, 7),
        Stopped = database.ReadTime(reader, 8),
        Record = reader.GetFieldValue<byte[]>(9),
    };

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private async Task<T> UseAsync<T>(bool changes, Func<DbConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await TryAsync(() => database.UseAsync(changes, use, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use().ConfigureAwait(false);
        }
        catch (Exception e) when (Explain(e) is { } problem)
        {
            if (problem.Kind == SqlProblemKind.NoTables)
            {
                lock (_gate)
                    _preparing = null;
            }

            throw new ResultStoreException($"The database of results at {database.Display} {problem.What}. {problem.Remedy}", e);
        }
    }

    private SqlProblem? Explain(Exception error) => error is NewerSchemaException
        ? new SqlProblem(SqlProblemKind.Setting, $"was made by a later version of this program ({error.Message})", "Update this program, or name another database (setting 'results').")
        : database.Explain(error);

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }
}
