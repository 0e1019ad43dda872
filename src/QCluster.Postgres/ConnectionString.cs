using Npgsql;

namespace QCluster.Postgres;

/// <summary>What users write for a database, as the driver wants it. Errors never show the value: it holds a password.</summary>
internal static class ConnectionString
{
    private const string Remedy = "write postgres://user:password@host:port/database, or an Npgsql connection string that begins with Host=";

    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var builder = text.Contains("://", StringComparison.Ordinal) ? FromUri(new Uri(text)) : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host))
                throw new InvalidSettingException("results", null, Remedy);
            builder.ApplicationName ??= "qcluster";
            builder.Timeout = Math.Min(builder.Timeout, 5);
            builder.CommandTimeout = Math.Min(builder.CommandTimeout, 30);
            return builder;
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            throw new InvalidSettingException("results", null, Remedy);
        }
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) is { Length: > 0 } database ? database : null,
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            // libpq writes it so; the driver has another word.
            var key = Uri.UnescapeDataString(parts[0]) is "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(parts[0]);
            builder[key] = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]).Replace("-", "", StringComparison.Ordinal) : "true";
        }

        return builder;
    }
}
