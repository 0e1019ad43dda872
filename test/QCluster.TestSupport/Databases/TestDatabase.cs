using System.Globalization;

namespace QCluster.TestSupport.Databases;

/// <summary>A real database of results of the test's own, of any kind that there is.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    /// <summary>What the setting <c>results</c> names it by.</summary>
    public abstract string Results { get; }

    /// <summary>The table of tasks.</summary>
    public abstract string Table { get; }

    /// <summary>The table of the versions of the schema.</summary>
    public abstract string Versions { get; }

    /// <summary>What an error says while the database is unavailable.</summary>
    public abstract string Complaint { get; }

    public static async Task<TestDatabase> StartAsync(DatabaseKind kind) =>
        kind == DatabaseKind.Postgres ? new PostgresTestDatabase(await PostgresServer.StartAsync()) : new SqliteTestDatabase();

    /// <summary>Runs SQL and returns the rows of its result, a line each, with a stroke between the columns.</summary>
    public abstract Task<string> QueryAsync(string sql);

    /// <summary>Removes all that a store has made.</summary>
    public abstract Task ClearAsync();

    public abstract Task MakeUnavailableAsync();

    public abstract Task MakeAvailableAsync();

    /// <summary>The number of saved tasks; none as long as no process has made the table.</summary>
    public async Task<long> RowsAsync() =>
        await HasTableAsync() ? long.Parse(await QueryAsync($"SELECT count(*) FROM {Table}"), CultureInfo.InvariantCulture) : 0;

    protected abstract Task<bool> HasTableAsync();

    public abstract ValueTask DisposeAsync();
}
