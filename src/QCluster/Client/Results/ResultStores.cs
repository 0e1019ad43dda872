using System.Diagnostics.CodeAnalysis;
using QCluster.Client.Results.Sql;

namespace QCluster.Client.Results;

/// <summary>Finds the store that the setting names. It only needs the package with the driver.</summary>
internal static class ResultStores
{
    public const string Forms = "postgres://user:password@host:port/database, or sqlite:PATH for a file of this machine";

    /// <exception cref="InvalidSettingException">The database is unknown, or the package is missing.</exception>
    public static IResultStore Open(string results)
    {
        Check("results", results);
        return ResultFile.IsNamedBy(results)
            ? Open(Type.GetType("QCluster.Sqlite.SqliteDatabase, QCluster.Sqlite", throwOnError: false), "QCluster.Sqlite", ResultFile.PathOf(results))
            : Open(Type.GetType("QCluster.Postgres.PostgresDatabase, QCluster.Postgres", throwOnError: false), "QCluster.Postgres", results);
    }

    /// <summary>Refuses what no store can use, without opening one.</summary>
    /// <exception cref="InvalidSettingException">The database is unknown.</exception>
    public static void Check(string name, string? results)
    {
        if (results is not null && !ResultFile.IsNamedBy(results) && !IsPostgres(results))
            throw new InvalidSettingException(name, null, $"write {Forms}, or an Npgsql connection string that begins with Host=");
    }

    /// <summary>Refuses a file that cannot be used as it is. A server is not asked: it may be available later, and records wait.</summary>
    /// <exception cref="InvalidSettingException">The file cannot be used, or the package is missing.</exception>
    public static async Task RequireAsync(string? results, CancellationToken cancellationToken)
    {
        if (!ResultFile.IsNamedBy(results))
            return;
        var store = Open(results);
        await using var disposed = store.ConfigureAwait(false);
        await store.CheckAsync(cancellationToken).ConfigureAwait(false);
    }

    private static SqlResultStore Open([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type? database, string package, string address) =>
        database is null
            ? throw new InvalidSettingException("results", null, $"add the package {package} to the program")
            : new SqlResultStore((ISqlDatabase)Activator.CreateInstance(database, address)!, TimeProvider.System);

    private static bool IsPostgres(string results) =>
        Array.Exists(["postgres://", "postgresql://", "Host="], start => results.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
