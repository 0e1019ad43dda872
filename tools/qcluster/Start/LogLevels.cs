using Microsoft.Extensions.Logging;

namespace QCluster.Tool.Start;

/// <summary>The setting <c>log_level</c>: the words that the log prints, and those of .NET.</summary>
internal static class LogLevels
{
    public const string Setting = "log_level";

    /// <exception cref="InvalidSettingException">It is none of them.</exception>
    public static LogLevel Read(string? text) => text?.ToLowerInvariant() switch
    {
        null => LogLevel.Information,
        "trace" or "trce" => LogLevel.Trace,
        "debug" or "dbug" => LogLevel.Debug,
        "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" or "fail" => LogLevel.Error,
        "critical" or "crit" or "fatal" => LogLevel.Critical,
        "none" or "off" => LogLevel.None,
        _ => throw new InvalidSettingException(Setting, text, "write trace, debug, info, warn, error, critical or none"),
    };
}
