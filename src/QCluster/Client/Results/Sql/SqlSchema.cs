using System.Data.Common;
using System.Globalization;
using System.Reflection;
using QCluster.Model.Errors;

namespace QCluster.Client.Results.Sql;

/// <summary>The numbered scripts of a database, embedded in its assembly; each runs once.</summary>
/// <param name="assembly">Has them as resources named like <c>001.sql</c>.</param>
/// <param name="versions">The table with the versions that have run, qualified if need be.</param>
internal sealed class SqlSchema(Assembly assembly, string versions)
{
    private static readonly KeyValuePair<string, object>[] None = [];
    private readonly (int Version, string Sql)[] _scripts = [.. Read(assembly)];

    public int Latest => _scripts[^1].Version;

    /// <summary>Runs the scripts that have not run yet. The caller has a transaction, and a lock that excludes other processes.</summary>
    /// <exception cref="NewerSchemaException">A later version of this program has made it.</exception>
    public async Task UpgradeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var current = await CurrentAsync(connection, cancellationToken).ConfigureAwait(false);
        foreach (var (version, sql) in _scripts.Where(s => s.Version > current))
        {
            await connection.ExecuteAsync(sql, None, cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync($"INSERT INTO {versions} (version) VALUES (@version)", [new("version", version)], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The version of the tables that are there; 0 for none.</summary>
    /// <exception cref="NewerSchemaException">A later version of this program has made it.</exception>
    public async Task<int> CurrentAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var current = (int)await connection.NumberAsync($"SELECT coalesce(max(version), 0) FROM {versions}", None, cancellationToken).ConfigureAwait(false);
        return current <= Latest ? current : throw new NewerSchemaException(current, Latest);
    }

    private static IEnumerable<(int Version, string Sql)> Read(Assembly assembly)
    {
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
