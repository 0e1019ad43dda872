using Npgsql;
using QCluster.TestSupport.Containers;
using QCluster.TestSupport.Databases;

namespace QCluster.TestSupport;

/// <summary>
/// A real PostgreSQL of the test's own: processes of this machine's server, or with <c>QCLUSTER_TEST_CONTAINERS=1</c> a container.
/// Either keeps its port and its data when it is started again, and is gone afterwards.
/// </summary>
public abstract class PostgresServer : IAsyncDisposable
{
    internal const string User = "postgres";
    internal const string Password = "secret-of-the-test";
    internal const string Database = "postgres";

    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public abstract int Port { get; }

    public string Connection => $"postgres://{User}:{Password}@127.0.0.1:{Port}/{Database}";

    public static async Task<PostgresServer> StartAsync() =>
        await ContainerEngine.IsWantedAsync() ? await PostgresContainerServer.StartAsync() : await OwnPostgresServer.StartAsync();

    /// <summary>Starts a stopped server again, and waits until it answers.</summary>
    public abstract Task StartAgainAsync();

    /// <summary>Cuts the connections and ends.</summary>
    public abstract Task StopAsync();

    /// <summary>Runs SQL and returns the rows of its result, a line each, with a stroke between the columns.</summary>
    public async Task<string> QueryAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i))));
        return string.Join('\n', lines);
    }

    private protected async Task WaitUntilReadyAsync() => await Eventually.IsTrue(AnswersAsync, Limit, "PostgreSQL answers");

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private Task<NpgsqlConnection> OpenAsync() =>
        new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={Database};Pooling=false").OpenedAsync();

    public abstract ValueTask DisposeAsync();
}
