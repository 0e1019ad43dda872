namespace QCluster.Client.Results;

/// <summary>Finds the store for a connection string. It only needs the package with the driver.</summary>
internal static class ResultStores
{
    private const string Postgres = "QCluster.Postgres.PostgresResultStore, QCluster.Postgres";

    /// <exception cref="InvalidSettingException">The database is unknown, or the package is missing.</exception>
    public static IResultStore Open(string connection)
    {
        if (!IsPostgres(connection))
            throw new InvalidSettingException("results", null, "write postgres://user:password@host:port/database, or an Npgsql connection string that begins with Host=");
        var type = Type.GetType(Postgres, throwOnError: false)
            ?? throw new InvalidSettingException("results", null, "add the package QCluster.Postgres to the program");
        return (IResultStore)Activator.CreateInstance(type, connection)!;
    }

    private static bool IsPostgres(string connection) =>
        Array.Exists(["postgres://", "postgresql://", "Host="], start => connection.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
