namespace QCluster.Client.Results.Sql;

internal static class SqlText
{
    /// <summary>PostgreSQL's text cannot contain NUL, and SQLite's ends there; one name with it must not prevent saving a thousand tasks.</summary>
    public static string? Clean(string? text) => text?.Replace('\0', '\uFFFD');
}
