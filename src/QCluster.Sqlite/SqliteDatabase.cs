using System.Data.Common;
using Microsoft.Data.Sqlite;
using QCluster.Client.Results;
using QCluster.Client.Results.Sql;
using QCluster.Execution.Records;

namespace QCluster.Sqlite;

/// <summary>
/// Finished tasks in a file, which several processes of a machine use at once. The driver's calls block, so they run on threads of the
/// pool; of those that change rows only one at a time, since SQLite lets no two of them in anyway.
/// </summary>
internal sealed class SqliteDatabase : ISqlDatabase
{
    private const string InsertSql = """
        INSERT INTO qcluster_tasks (id, queue, state, name, func, group_name, cluster, started, stopped, record)
        VALUES ($id, $queue, $state, $name, $func, $group, $cluster, $started, $stopped, $record)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string VersionsSql =
        "CREATE TABLE IF NOT EXISTS qcluster_schema_version (version INTEGER NOT NULL PRIMARY KEY, applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT";

    private static readonly SqlSchema Schema = new(typeof(SqliteDatabase).Assembly, "qcluster_schema_version");

    private readonly SqliteFile _file;
    private readonly SemaphoreSlim _changing = new(1);

    public SqliteDatabase(string path)
    {
        Display = ResultFile.Scheme + path;
        _file = new SqliteFile(path);
    }

    public string Display { get; }

    public bool IsFile => true;

    public string Table => "qcluster_tasks";

    public object ToValue(Guid id) => id.ToByteArray(bigEndian: true);

    public object ToValue(DateTimeOffset time) => SqlTime.ToMicroseconds(time);

    public Guid ReadId(DbDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column), bigEndian: true);

    public DateTimeOffset ReadTime(DbDataReader reader, int column) => SqlTime.FromMicroseconds(reader.GetInt64(column));

    public Task MigrateAsync(CancellationToken cancellationToken) => LockPatience.TryAsync(
        () => ChangeAsync(
            async () =>
            {
                using var connection = _file.OpenOrCreate();
                SqliteFile.UseLog(connection);
                if (await IsCurrentAsync(connection, cancellationToken).ConfigureAwait(false))
                    return true;
                using var transaction = connection.BeginTransaction();
                await connection.ExecuteAsync(VersionsSql, [], cancellationToken).ConfigureAwait(false);
                await Schema.UpgradeAsync(connection, cancellationToken).ConfigureAwait(false);
                transaction.Commit();
                return true;
            },
            cancellationToken),
        cancellationToken);

    public Task<T> UseAsync<T>(bool changes, Func<DbConnection, Task<T>> use, CancellationToken cancellationToken) => LockPatience.TryAsync(
        () => changes
            ? ChangeAsync(
                async () =>
                {
                    using var connection = _file.Open();
                    // It takes the lock at once: a transaction that reads first cannot always take it later.
                    using var transaction = connection.BeginTransaction();
                    var result = await use(connection).ConfigureAwait(false);
                    transaction.Commit();
                    return result;
                },
                cancellationToken)
            : Task.Run(
                async () =>
                {
                    using var connection = _file.Open();
                    return await use(connection).ConfigureAwait(false);
                },
                cancellationToken),
        cancellationToken);

    /// <summary>One statement, prepared once, in the one transaction of the batch.</summary>
    public async Task InsertAsync(DbConnection connection, IReadOnlyList<SavedTask> tasks, CancellationToken cancellationToken)
    {
        using var command = ((SqliteConnection)connection).CreateCommand();
        command.CommandText = InsertSql;
        var id = command.Parameters.Add("$id", SqliteType.Blob);
        var queue = command.Parameters.Add("$queue", SqliteType.Text);
        var state = command.Parameters.Add("$state", SqliteType.Integer);
        var name = command.Parameters.Add("$name", SqliteType.Text);
        var func = command.Parameters.Add("$func", SqliteType.Text);
        var group = command.Parameters.Add("$group", SqliteType.Text);
        var cluster = command.Parameters.Add("$cluster", SqliteType.Text);
        var started = command.Parameters.Add("$started", SqliteType.Integer);
        var stopped = command.Parameters.Add("$stopped", SqliteType.Integer);
        var record = command.Parameters.Add("$record", SqliteType.Blob);
        foreach (var task in tasks)
        {
            id.Value = ToValue(task.Id.Value);
            queue.Value = task.Id.Queue;
            state.Value = (int)task.State;
            name.Value = OrNull(SqlText.Clean(task.Name));
            func.Value = OrNull(SqlText.Clean(task.Func));
            group.Value = OrNull(SqlText.Clean(task.Group));
            cluster.Value = SqlText.Clean(task.Cluster);
            started.Value = task.Started is { } time ? ToValue(time) : DBNull.Value;
            stopped.Value = ToValue(task.Stopped);
            record.Value = task.Record;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public SqlProblem? Explain(Exception error) => SqliteProblems.Explain(error, _file.Path);

    public ValueTask DisposeAsync()
    {
        _file.CloseIdle();
        return default;
    }

    private static object OrNull(string? text) => text is null ? DBNull.Value : text;

    /// <summary>Without a lock, and without a right to write: readers need neither.</summary>
    private static async Task<bool> IsCurrentAsync(SqliteConnection connection, CancellationToken cancellationToken) =>
        await connection.NumberAsync("SELECT count(*) FROM sqlite_schema WHERE name = 'qcluster_schema_version'", [], cancellationToken).ConfigureAwait(false) == 1
        && await Schema.CurrentAsync(connection, cancellationToken).ConfigureAwait(false) == Schema.Latest;

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(change, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }
}
