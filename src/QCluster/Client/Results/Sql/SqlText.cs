namespace QCluster.Client.Results.Sql;

internal static class SqlText
{
    /// <summary>PostgreSQL's text has no place for NUL, and SQLite's ends there; one name with it must not keep a thousand tasks out.</summary>
    public static string? Clean(string? text) => text?.Replace('\0', '\uFFFD');
}
