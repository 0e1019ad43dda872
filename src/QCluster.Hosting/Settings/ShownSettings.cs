using System.Collections;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using QCluster.Redis;
using QCluster.Client.Settings;

namespace QCluster.Hosting.Settings;

/// <summary>All settings of a cluster, without what must stay secret.</summary>
internal static class ShownSettings
{
    private const string Hidden = "***";
    private static readonly Dictionary<string, string> Singular = new(StringComparer.Ordinal)
    {
        [nameof(ClusterOptions.Secrets)] = "secret",
        [nameof(ClusterOptions.Queues)] = "queue",
        [nameof(ClusterOptions.Apps)] = "app",
    };

    public static IReadOnlyList<ShownSetting> Of(ClusterOptions options, SettingsReader reader) =>
    [
        .. typeof(ClusterOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            // A cluster's queues are shown; the first of them is that of its client. Code sets the last two.
            .Where(p => p.Name is not (nameof(ClusterOptions.Queue) or nameof(ClusterOptions.Json) or nameof(ClusterOptions.MessagePack)))
            .Select(p => (Name: Singular.GetValueOrDefault(p.Name) ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name), Value: p.GetValue(options)))
            .Append(("log_format", reader.Text("log_format") ?? "text"))
            .Append(("otlp", reader.Text("otlp")))
            .Select(s => new ShownSetting(s.Name, Text(s.Name, s.Name == "queue" ? options.EffectiveQueues : s.Value), reader.SourceOf(s.Name)))
            .OrderBy(s => s.Name, StringComparer.Ordinal),
    ];

    private static string Text(string name, object? value) => (name, value) switch
    {
        ("secret", IList { Count: 0 }) => "none: nothing is signed",
        ("secret", IList secrets) => $"{secrets.Count} set",
        ("redis", string text) => RedisSettings.Parse(text).Display,
        ("results" or "smtp" or "otlp", string text) => WithoutPassword(text),
        (_, null) => "none",
        (_, bool isOn) => isOn ? "on" : "off",
        (_, Enum choice) => choice.ToString().ToLowerInvariant(),
        (_, TimeSpan duration) => duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s",
        (_, string text) => text,
        (_, IEnumerable many) => string.Join(", ", many.Cast<object>()) is { Length: > 0 } text ? text : "none",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string WithoutPassword(string text)
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
            foreach (var secret in builder.Keys!.Cast<string>().Where(k => k.Contains("password", StringComparison.OrdinalIgnoreCase) || k.Contains("pwd", StringComparison.OrdinalIgnoreCase) || k.Contains("passphrase", StringComparison.OrdinalIgnoreCase)).ToArray())
                builder[secret] = Hidden;
            return builder.ConnectionString;
        }
        catch (ArgumentException)
        {
            // It is no connection string; what else it is cannot be told from a secret.
            return Hidden;
        }
    }
}
