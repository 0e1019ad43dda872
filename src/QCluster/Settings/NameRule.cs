namespace QCluster;

/// <summary>What may stand as the name of a cluster or queue: it becomes a part of Redis keys.</summary>
internal static class NameRule
{
    /// <exception cref="InvalidSettingException">It cannot.</exception>
    public static void Check(string setting, string value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 100 || value.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
            throw new InvalidSettingException(setting, value, "write 1 to 100 letters, digits, '.', '_' or '-'");
    }
}
