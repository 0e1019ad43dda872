namespace QCluster.Model;

/// <summary>The rule for the names of clusters and queues, which become parts of Redis keys.</summary>
internal static class NameRule
{
    /// <exception cref="InvalidSettingException">The name is not allowed.</exception>
    public static void Check(string setting, string value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 100 || value.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
            throw new InvalidSettingException(setting, value, "write 1 to 100 letters, digits, '.', '_' or '-'");
    }

    /// <summary>The queue of a call, or else the client's own.</summary>
    /// <exception cref="InvalidSettingException">The name of the queue is not allowed.</exception>
    public static string QueueOr(string? queue, string own)
    {
        if (queue is null)
            return own;
        Check("queue", queue);
        return queue;
    }
}
