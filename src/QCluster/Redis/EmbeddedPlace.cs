namespace QCluster.Redis;

/// <summary>
/// Where the embedded server of this user is, for programs that name no Redis: in a folder of the user's data, a file with its address and password, and one
/// that <c>qcluster start</c> holds locked while it runs the server.
/// </summary>
internal static class EmbeddedPlace
{
    /// <summary>Stands for the embedded server in the setting <c>redis</c>.</summary>
    public const string Word = "embedded";

    public const string ConnectionFile = "connection";
    public const string RunningFile = "running";

    private const string DefaultAddress = "127.0.0.1:6379";

    /// <summary>The folder, which may not be there.</summary>
    public static string Folder { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "qcluster", "embedded");

    public static bool IsMeant(string? text) => string.Equals(text?.Trim(), Word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address and password of the server that runs; null when none does.</summary>
    public static string? Find() => IsRunning() && Last() is { Length: > 0 } text ? text : null;

    /// <summary>The address and password that it had when it ran last; null when it never did.</summary>
    public static string? Last()
    {
        try
        {
            return File.ReadAllText(Path.Combine(Folder, ConnectionFile)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The user's text with the embedded server's address where that is meant: it is named, or nothing is and it has the default port.</summary>
    /// <exception cref="InvalidSettingException">It is named and does not run.</exception>
    public static string Resolve(string text)
    {
        if (IsMeant(text))
            return Find() ?? throw new InvalidSettingException("redis", Word, "no embedded server of this user runs: start one with 'qcluster start --redis embedded'");
        return text is "" or DefaultAddress && Find() is { } found && found.StartsWith(DefaultAddress + ",", StringComparison.Ordinal) ? found : text;
    }

    private static bool IsRunning()
    {
        var file = Path.Combine(Folder, RunningFile);
        if (!File.Exists(file))
            return false;
        try
        {
            // Shared by those that look, refused by the one that holds it.
            using var free = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
