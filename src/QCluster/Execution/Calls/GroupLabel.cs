using QCluster.Model;

namespace QCluster.Execution.Calls;

/// <summary>The name of a group, or of a task, in the form of users: a label, followed by <c>@queue</c> for another queue than the client's own.</summary>
internal static class GroupLabel
{
    private const int MaxLength = 200;

    public static void Check(string what, string label)
    {
        if (label.Length is 0 or > MaxLength || label.Contains('@', StringComparison.Ordinal))
            throw new ArgumentException($"'{label}' cannot be used: write 1 to {MaxLength} characters without '@', which separates the queue.", what);
    }

    /// <param name="text">The text of the user.</param>
    /// <param name="ownQueue">The queue for a text without one.</param>
    /// <param name="what">The name of the parameter, for errors.</param>
    public static (string Label, string Queue) Parse(string text, string ownQueue, string what = "group")
    {
        ArgumentNullException.ThrowIfNull(text, what);
        var at = text.LastIndexOf('@');
        var (label, queue) = at > 0 && at < text.Length - 1 ? (text[..at], text[(at + 1)..]) : (text, ownQueue);
        if (at < 0 && TaskId.TryParse(text, out _))
            queue = TaskId.DefaultQueue;
        Check(what, label);
        NameRule.Check("queue", queue);
        return (label, queue);
    }
}
