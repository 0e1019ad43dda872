using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using NpgsqlTypes;
using QCluster.Client.Results.Sql;
using QCluster.Execution.Records;

namespace QCluster.Postgres;

/// <summary>Finished tasks in PostgreSQL, in a schema of its own.</summary>
internal sealed class PostgresDatabase : ISqlDatabase
{
    /// <summary>The advisory lock under which the schema is created: the letters QCLUSTER.</summary>
    private const string PrepareSql = """
        SELECT pg_advisory_xact_lock(x'51434C5553544552'::bigint);
        CREATE SCHEMA IF NOT EXISTS qcluster;
        CREATE TABLE IF NOT EXISTS qcluster.schema_version (version int PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
        """;

    private static readonly SqlSchema Schema = new(typeof(PostgresDatabase).Assembly, "qcluster.schema_version");

    private readonly NpgsqlDataSource _source;

    public PostgresDatabase(string connection)
    {
        var builder = ConnectionString.Parse(connection);
        Display = $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";
        _source = NpgsqlDataSource.Create(builder);
    }

    public string Display { get; }

    public bool IsFile => false;

    public string Table => "qcluster.tasks";

    public object ToValue(Guid id) => id;

    public object ToValue(DateTimeOffset time) => time.UtcDateTime;

    public Guid ReadId(DbDataReader reader, int column) => reader.GetGuid(column);

    public DateTimeOffset ReadTime(DbDataReader reader, int column) => new(reader.GetDateTime(column));

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync(PrepareSql, [], cancellationToken).ConfigureAwait(false);
        await Schema.UpgradeAsync(connection, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<T> UseAsync<T>(bool changes, Func<DbConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        return await use(connection).ConfigureAwait(false);
    }

    /// <summary>One statement, with an array for each column.</summary>
    public async Task InsertAsync(DbConnection connection, IReadOnlyList<SavedTask> tasks, CancellationToken cancellationToken)
    {
        var command = ((NpgsqlConnection)connection).CreateCommand();
        await using var disposed = command.ConfigureAwait(false);
        command.CommandText = """
            INSERT INTO qcluster.tasks (id, queue, state, name, func, group_name, cluster, started, stopped, record)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (id) DO NOTHING
            """;
        Add(command, NpgsqlDbType.Uuid, tasks, static t => t.Id.Value);
        Add(command, NpgsqlDbType.Text, tasks, static t => t.Id.Queue);
        Add(command, NpgsqlDbType.Smallint, tasks, static t => (short)t.State);
        Add(command, NpgsqlDbType.Text, tasks, static t => SqlText.Clean(t.Name));
        Add(command, NpgsqlDbType.Text, tasks, static t => SqlText.Clean(t.Func));
        Add(command, NpgsqlDbType.Text, tasks, static t => SqlText.Clean(t.Group));
        Add(command, NpgsqlDbType.Text, tasks, static t => SqlText.Clean(t.Cluster)!);
        Add(command, NpgsqlDbType.TimestampTz, tasks, static t => t.Started?.UtcDateTime);
        Add(command, NpgsqlDbType.TimestampTz, tasks, static t => t.Stopped.UtcDateTime);
        Add(command, NpgsqlDbType.Bytea, tasks, static t => t.Record);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public SqlProblem? Explain(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } =>
            new(SqlProblemKind.NoTables, "has lost its tables", "The next call creates them again."),
        // 57P01 to 57P03: the server stops, has crashed, or starts.
        PostgresException e when !e.SqlState.StartsWith("57P", StringComparison.Ordinal) =>
            new(SqlProblemKind.Passing, $"refused: {e.MessageText} ({e.SqlState})", "Look at the user's rights, the disk and the server's log."),
        NpgsqlException or TimeoutException or SocketException or InvalidOperationException or IOException =>
            new(SqlProblemKind.Passing, $"cannot be reached: {error.Message}", "See that it runs and that host, port, user and password are right (setting 'results')."),
        _ => null,
    };

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<SavedTask> tasks, Func<SavedTask, T> column) =>
        command.Parameters.Add(new NpgsqlParameter { Value = tasks.Select(column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
}
