using Npgsql;

namespace QCluster.Postgres;

/// <summary>Converts a user's address of a database to the form of the driver. Errors never show the value: it contains a password.</summary>
internal static class ConnectionString
{
    private const string Remedy = "write postgres://user:password@host:port/database, or an Npgsql connection string that begins with Host=";

    private const int MaxConnect = 5;
    private const int MaxCommand = 30;

    /// <summary>The names of libpq that differ from those of the driver.</summary>
    private static readonly Dictionary<string, string> DriverWords = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
    };

    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            var builder = IsUri(text) ? FromUri(new Uri(text)) : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host))
                throw new InvalidSettingException("results", null, Remedy);
            builder.ApplicationName ??= "qcluster";
            builder.Timeout = Bounded(builder.Timeout, MaxConnect);
            builder.CommandTimeout = Bounded(builder.CommandTimeout, MaxCommand);
            return builder;
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            throw new InvalidSettingException("results", null, Remedy);
        }
    }

    private static bool IsUri(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>To the driver 0 is no limit at all.</summary>
    private static int Bounded(int seconds, int most) => seconds == 0 ? most : Math.Min(seconds, most);

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
            var key = Uri.UnescapeDataString(parts[0]);
            var value = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "true";
            // verify-full is VerifyFull there.
            if (key is "sslmode")
                value = value.Replace("-", "", StringComparison.Ordinal);
            builder[DriverWords.GetValueOrDefault(key, key)] = value;
        }

        return builder;
    }
}
