using System.Reflection;
using Dapper;
using Npgsql;

namespace QCluster.Postgres;

/// <summary>Migrates the schema: numbered scripts, each run once, by one process at a time.</summary>
internal static class Migrations
{
    /// <summary>The advisory lock of a migration: the letters QCLUSTER.</summary>
    private const long Lock = 0x51434C5553544552;

    public static async Task RunAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_xact_lock(@Lock)", new { Lock }, transaction, cancellationToken: cancellationToken)).ConfigureAwait(false);
        await connection.ExecuteAsync(new CommandDefinition(
            "CREATE SCHEMA IF NOT EXISTS qcluster; CREATE TABLE IF NOT EXISTS qcluster.schema_version (version int PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())",
            transaction: transaction,
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        var current = await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT coalesce(max(version), 0) FROM qcluster.schema_version", transaction: transaction, cancellationToken: cancellationToken)).ConfigureAwait(false);
        foreach (var (version, sql) in Scripts().Where(s => s.Version > current))
        {
            await connection.ExecuteAsync(new CommandDefinition(sql, transaction: transaction, cancellationToken: cancellationToken)).ConfigureAwait(false);
            await connection.ExecuteAsync(new CommandDefinition("INSERT INTO qcluster.schema_version (version) VALUES (@version)", new { version }, transaction, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<(int Version, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(Path.GetFileNameWithoutExtension(name), System.Globalization.CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
