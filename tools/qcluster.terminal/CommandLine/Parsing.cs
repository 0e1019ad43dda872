namespace QCluster.Terminal.CommandLine;

internal static class Parsing
{
    /// <summary>How long a record is cached: on, off, or a duration.</summary>
    public static Caching? Cached(string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "off" or "false" => Caching.Off,
        "on" or "true" => Caching.On,
        _ => Duration("cached", text),
    };

    /// <exception cref="ArgumentException">Not a duration.</exception>
    public static TimeSpan? Duration(string option, string? text)
    {
        if (text is null)
            return null;
        return Durations.TryParse(text, out var duration)
            ? duration
            : throw new ArgumentException($"--{option} cannot be '{text}': write a duration such as 500ms, 2s, 5m or 1h.");
    }

    /// <exception cref="ArgumentException">Not a priority.</exception>
    public static int Priority(string? text) => text?.ToLowerInvariant() switch
    {
        null or "normal" => TaskPriority.Normal,
        "low" => TaskPriority.Low,
        "high" => TaskPriority.High,
        "critical" => TaskPriority.Critical,
        [>= '0' and <= '9'] => text[0] - '0',
        _ => throw new ArgumentException($"--priority cannot be '{text}': write low, normal, high, critical, or a number from 0 to 9."),
    };
}
