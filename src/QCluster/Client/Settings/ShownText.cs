using System.Data.Common;
using System.Globalization;

namespace QCluster.Client.Settings;

/// <summary>Texts of settings without secrets.</summary>
internal static class ShownText
{
    private const string Hidden = "***";
    private static readonly string[] SecretWords = ["password", "pwd", "passphrase"];

    /// <summary>An address or a connection string without its password.</summary>
    public static string WithoutPassword(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.Contains("://", StringComparison.Ordinal))
        {
            var user = uri.UserInfo.Split(':', 2);
            var at = user[0].Length == 0 ? "" : user.Length == 1 ? user[0] + "@" : $"{user[0]}:{Hidden}@";
            return $"{uri.Scheme}://{at}{uri.Host}{(uri.Port > 0 ? ":" + uri.Port.ToString(CultureInfo.InvariantCulture) : "")}{uri.AbsolutePath}";
        }

        try
        {
            var builder = new DbConnectionStringBuilder { ConnectionString = text };
            foreach (var secret in builder.Keys.Cast<string>().Where(IsSecret).ToArray())
                builder[secret] = Hidden;
            return builder.ConnectionString;
        }
        catch (ArgumentException)
        {
            // It is no connection string; any part of it may be a secret.
            return Hidden;
        }
    }

    private static bool IsSecret(string key) => Array.Exists(SecretWords, word => key.Contains(word, StringComparison.OrdinalIgnoreCase));
}
