namespace QCluster.Model;

/// <summary>What may stand as the name of a cluster or queue: it becomes a part of Redis keys.</summary>
internal static class NameRule
{
    /// <exception cref="InvalidSettingException">It cannot.</exception>
    public static void Check(string setting, string value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 100 || value.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
            throw new InvalidSettingException(setting, value, "write 1 to 100 letters, digits, '.', '_' or '-'");
    }

    /// <summary>The queue that a call names, or else the client's own.</summary>
    /// <exception cref="InvalidSettingException">It names one that cannot be.</exception>
    public static string QueueOr(string? queue, string own)
    {
        if (queue is null)
            return own;
        Check("queue", queue);
        return queue;
    }
}
