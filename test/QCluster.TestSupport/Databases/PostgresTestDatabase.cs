namespace QCluster.TestSupport.Databases;

/// <summary>A real PostgreSQL server.</summary>
internal sealed class PostgresTestDatabase(PostgresServer server) : TestDatabase
{
    public override string Results => server.Connection;

    public override string Table => "qcluster.tasks";

    public override string Versions => "qcluster.schema_version";

    public override string Complaint => "cannot be reached";

    public override Task<string> QueryAsync(string sql) => server.QueryAsync(sql);

    public override Task ClearAsync() => server.QueryAsync("DROP SCHEMA IF EXISTS qcluster CASCADE");

    public override Task MakeUnavailableAsync() => server.StopAsync();

    public override Task MakeAvailableAsync() => server.StartAgainAsync();

    protected override async Task<bool> HasTableAsync() => await server.QueryAsync("SELECT to_regclass('qcluster.tasks') IS NOT NULL") == "t";

    public override ValueTask DisposeAsync() => server.DisposeAsync();
}
