using System.Net.Sockets;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using QCluster.Client.Results;
using QCluster.Execution.Records;
using QCluster.Model;

namespace QCluster.Postgres;

/// <summary>Finished tasks in PostgreSQL: one table in a schema of its own, which it creates and migrates automatically.</summary>
internal sealed class PostgresResultStore : IResultStore
{
    internal const int DeletePart = 5_000;
    private const string Columns = "id AS Id, queue AS Queue, state AS State, name AS Name, func AS Func, group_name AS GroupName, cluster AS Cluster, started AS Started, stopped AS Stopped, record AS Record";

    private readonly NpgsqlDataSource _source;
    private readonly string _display;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly RetentionRule _successes = new("state = 3");
    private readonly RetentionRule _failures = new("state <> 3");
    private Task? _preparing;

    public PostgresResultStore(string connection)
    {
        var builder = ConnectionString.Parse(connection);
        _display = $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";
        _source = NpgsqlDataSource.Create(builder);
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
                    await Migrations.RunAsync(_source, _closing.Token).ConfigureAwait(false);
                    return true;
                });
            preparing = _preparing;
        }

        await preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task SaveAsync(IReadOnlyList<SavedTask> tasks, CancellationToken cancellationToken) => UseAsync(
        async connection =>
        {
            if (tasks.Count == 0)
                return 0;
            var command = connection.CreateCommand();
            await using var disposed = command.ConfigureAwait(false);
            // One statement for the batch; what another monitor has saved before stays as it is.
            command.CommandText = """
                INSERT INTO qcluster.tasks (id, queue, state, name, func, group_name, cluster, started, stopped, record)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (id) DO NOTHING
                """;
            Add(command, NpgsqlDbType.Uuid, tasks, static t => t.Id.Value);
            Add(command, NpgsqlDbType.Text, tasks, static t => t.Id.Queue);
            Add(command, NpgsqlDbType.Smallint, tasks, static t => (short)t.State);
            Add(command, NpgsqlDbType.Text, tasks, static t => Clean(t.Name));
            Add(command, NpgsqlDbType.Text, tasks, static t => Clean(t.Func));
            Add(command, NpgsqlDbType.Text, tasks, static t => Clean(t.Group));
            Add(command, NpgsqlDbType.Text, tasks, static t => Clean(t.Cluster)!);
            Add(command, NpgsqlDbType.TimestampTz, tasks, static t => t.Started?.UtcDateTime);
            Add(command, NpgsqlDbType.TimestampTz, tasks, static t => t.Stopped.UtcDateTime);
            Add(command, NpgsqlDbType.Bytea, tasks, static t => t.Record);
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    public Task<SavedTask?> FindAsync(TaskId id, CancellationToken cancellationToken) => UseAsync(
        async connection => (await connection.QuerySingleOrDefaultAsync<TaskRow>(Command($"SELECT {Columns} FROM qcluster.tasks WHERE id = @Value", new { id.Value }, cancellationToken)).ConfigureAwait(false))?.ToTask(),
        cancellationToken);

    public Task<SavedTask?> FindByNameAsync(string name, string queue, CancellationToken cancellationToken) => UseAsync(
        async connection => (await connection.QueryFirstOrDefaultAsync<TaskRow>(Command(
            $"SELECT {Columns} FROM qcluster.tasks WHERE name = @name AND queue = @queue ORDER BY stopped DESC, id DESC LIMIT 1",
            new { name = Clean(name), queue },
            cancellationToken)).ConfigureAwait(false))?.ToTask(),
        cancellationToken);

    public Task<(IReadOnlyList<SavedTask> Tasks, string? Next)> QueryAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > 10_000)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "A page has 1 to 10,000 tasks.");
        var filter = new QueryFilter(succeeded, query);
        if (query.After is { } after)
            filter.AddCursor(after, query.OldestFirst);
        var order = query.OldestFirst ? "stopped, id" : "stopped DESC, id DESC";
        return UseAsync<(IReadOnlyList<SavedTask>, string?)>(
            async connection =>
            {
                var rows = (await connection.QueryAsync<TaskRow>(Command(
                    $"SELECT {Columns} FROM qcluster.tasks{filter.Where} ORDER BY {order} LIMIT {query.Limit + 1}",
                    filter.Parameters,
                    cancellationToken)).ConfigureAwait(false)).AsList();
                var hasMore = rows.Count > query.Limit;
                if (hasMore)
                    rows.RemoveAt(rows.Count - 1);
                return ([.. rows.Select(r => r.ToTask())], hasMore ? QueryFilter.CursorOf(rows[^1]) : null);
            },
            cancellationToken);
    }

    public Task<long> CountAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken)
    {
        var filter = new QueryFilter(succeeded, query);
        return UseAsync(connection => connection.ExecuteScalarAsync<long>(Command($"SELECT count(*) FROM qcluster.tasks{filter.Where}", filter.Parameters, cancellationToken)), cancellationToken);
    }

    public async Task<long> DeleteAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken)
    {
        var filter = new QueryFilter(succeeded, query);
        long deleted = 0;
        int part;
        do
        {
            part = await DeletePartAsync(filter.Where, filter.Parameters, cancellationToken).ConfigureAwait(false);
            deleted += part;
        }
        while (part == DeletePart);
        return deleted;
    }

    public Task<bool> DeleteAsync(TaskId id, CancellationToken cancellationToken) => UseAsync(
        async connection => await connection.ExecuteAsync(Command("DELETE FROM qcluster.tasks WHERE id = @Value", new { id.Value }, cancellationToken)).ConfigureAwait(false) > 0,
        cancellationToken);

    public async Task<bool> TrimAsync(Retention retention, CancellationToken cancellationToken)
    {
        var successes = await _successes.TrimAsync(this, retention.SuccessAge, retention.SuccessCount, cancellationToken).ConfigureAwait(false);
        var failures = await _failures.TrimAsync(this, retention.FailureAge, retention.FailureCount, cancellationToken).ConfigureAwait(false);
        return successes && failures;
    }

    /// <summary>Deletes one part, oldest first, in one short statement, and returns the number of deleted tasks.</summary>
    internal Task<int> DeletePartAsync(string where, object parameters, CancellationToken cancellationToken) => UseAsync(
        connection => connection.ExecuteAsync(Command(
            $"DELETE FROM qcluster.tasks WHERE id IN (SELECT id FROM qcluster.tasks{where} ORDER BY stopped, id LIMIT {DeletePart})",
            parameters,
            cancellationToken)),
        cancellationToken);

    internal Task<TaskRow?> FirstAsync(string where, long skip, CancellationToken cancellationToken) => UseAsync(
        connection => connection.QueryFirstOrDefaultAsync<TaskRow>(Command(
            $"SELECT stopped AS Stopped, id AS Id FROM qcluster.tasks{where} ORDER BY stopped DESC, id DESC OFFSET @skip LIMIT 1",
            new { skip },
            cancellationToken)),
        cancellationToken);

    private static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) => new(sql, parameters, cancellationToken: cancellationToken);

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<SavedTask> tasks, Func<SavedTask, T> column) =>
        command.Parameters.Add(new NpgsqlParameter { Value = tasks.Select(column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });

    /// <summary>PostgreSQL's text cannot contain NUL; one name with it must not prevent saving a thousand tasks.</summary>
    private static string? Clean(string? text) => text?.Replace('\0', '\uFFFD');

    private async Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await TryAsync(async () =>
        {
            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var closed = connection.ConfigureAwait(false);
            return await use(connection).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use().ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            lock (_gate)
                _preparing = null;
            throw Problem("has lost its tables; they are made again at the next call", e);
        }
        catch (PostgresException e)
        {
            throw Problem($"refused: {e.MessageText} ({e.SqlState}). Look at the user's rights, the disk and the server's log", e);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException or InvalidOperationException or IOException)
        {
            throw Problem($"cannot be reached: {e.Message}. See that it runs and that host, port, user and password are right (setting 'results')", e);
        }
    }

    private ResultStoreException Problem(string what, Exception cause) => new($"The database of results at {_display} {what}.", cause);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }
}
