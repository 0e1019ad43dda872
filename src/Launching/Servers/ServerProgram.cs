namespace QCluster.Launching.Servers;

/// <summary>A program that serves what redis-server serves, and takes its arguments.</summary>
/// <param name="Path">The file to start.</param>
internal sealed record ServerProgram(string Path)
{
    /// <summary>The verb of the tool that runs an embedded server.</summary>
    public const string EmbeddedVerb = "embedded-redis";

    /// <summary>The variable that an embedded server reads its password from.</summary>
    public const string EmbeddedPassword = "QCLUSTER_EMBEDDED_PASSWORD";

    /// <summary>What stands before all other arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it is started with.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The variable it reads its password from, which other users do not see; null = the password is an argument.</summary>
    public string? PasswordVariable { get; init; }

    /// <summary>The redis-server on PATH, or null.</summary>
    public static ServerProgram? RedisServer() => FindOnPath("redis-server") is { } path ? new ServerProgram(path) : null;

    /// <summary>The tool QCluster.Tool as an embedded server.</summary>
    /// <param name="tool">The program of the tool.</param>
    /// <param name="before">What stands before its own arguments: its assembly, where the program is <c>dotnet</c>.</param>
    public static ServerProgram Embedded(string tool, params string[] before) => new(tool)
    {
        Arguments = [.. before, EmbeddedVerb, "--ends-with-stdin", "yes"],
        PasswordVariable = EmbeddedPassword,
        // What has arrived is handled where it is noticed: one change of threads less for each request.
        Environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1", ["DOTNET_TieredPGO"] = "0", ["DOTNET_gcServer"] = "0" },
    };

    public static string? FindOnPath(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
            .FirstOrDefault(File.Exists);

    public override string ToString() => string.Join(' ', [Path, .. Arguments]);
}
