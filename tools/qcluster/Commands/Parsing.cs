using QCluster.Hosting;

namespace QCluster.Tool.Commands;

internal static class Parsing
{
    /// <exception cref="ArgumentException">Not a duration.</exception>
    public static TimeSpan? Duration(string option, string? text)
    {
        if (text is null)
            return null;
        return Durations.TryParse(text, out var duration)
            ? duration
            : throw new ArgumentException($"--{option} cannot be '{text}': write a duration such as 500ms, 2s, 5m or 1h.");
    }
}
