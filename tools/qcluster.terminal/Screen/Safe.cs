namespace QCluster.Terminal.Screen;

/// <summary>Text of others on this terminal: what a task says of itself must not move the cursor or change colours.</summary>
internal static class Safe
{
    /// <summary>On one line.</summary>
    public static string Line(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        return text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
    }

    /// <summary>Line by line.</summary>
    public static IEnumerable<string> Lines(string? text) => (text ?? "").ReplaceLineEndings("\n").Split('\n').Select(line => Line(line.Replace("\t", "  ", StringComparison.Ordinal)));
}
