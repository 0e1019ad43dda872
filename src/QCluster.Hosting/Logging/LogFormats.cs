namespace QCluster.Hosting.Logging;

/// <summary>The setting that says how.</summary>
internal static class LogFormats
{
    public const string Setting = "log_format";

    /// <exception cref="InvalidSettingException">There is no such format.</exception>
    public static LogFormat Read(string? text) => text?.ToLowerInvariant() switch
    {
        null or "" or "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw new InvalidSettingException(Setting, text, "write text or json"),
    };
}
