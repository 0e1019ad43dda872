namespace QCluster.Hosting.Roles;

/// <summary>The setting that says how; the processes of a cluster read it from their environment.</summary>
internal static class LogFormats
{
    public const string Setting = "log_format";
    private const string Variable = "QCLUSTER_LOG_FORMAT";

    /// <exception cref="InvalidSettingException">There is no such format.</exception>
    public static LogFormat Read(string? text)
    {
        var format = text?.ToLowerInvariant() switch
        {
            null or "" or "text" => LogFormat.Text,
            "json" => LogFormat.Json,
            _ => throw new InvalidSettingException(Setting, text, "write text or json"),
        };
        Environment.SetEnvironmentVariable(Variable, text);
        return format;
    }

    /// <summary>What this process was told.</summary>
    public static LogFormat Own { get; } = string.Equals(Environment.GetEnvironmentVariable(Variable), "json", StringComparison.OrdinalIgnoreCase) ? LogFormat.Json : LogFormat.Text;
}
