using QCluster.TestSupport;

namespace QCluster.ChaosTests.Packaging;

/// <summary>All packages of the solution, packed once from what is built.</summary>
[SetUpFixture]
internal sealed class PackedSolution
{
    /// <summary>The packages with a library.</summary>
    public static readonly string[] Libraries = ["QCluster", "QCluster.Embedded", "QCluster.Hosting", "QCluster.Mail", "QCluster.Postgres", "QCluster.Sqlite", "QCluster.Testing"];

    /// <summary>The packages with a tool.</summary>
    public static readonly string[] Tools = ["QCluster.Tool", "qmonitor"];

    // Neither servers that stay behind nor messages of a first run.
    private static readonly Dictionary<string, string?> Environment = new(StringComparer.Ordinal)
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    public const string Version = "0.1.0";

    public static string Folder { get; private set; } = null!;

    /// <summary>All that packing printed.</summary>
    public static string Output { get; private set; } = null!;

    public static Task<string> DotnetAsync(string folder, params string[] arguments) => Commands.RunAsync(folder, Environment, "dotnet", arguments);

    [OneTimeSetUp]
    public async Task Pack()
    {
        Folder = Directory.CreateTempSubdirectory("qcluster-packages-").FullName;
        Output = await DotnetAsync(BuiltProgram.Root, "pack", "Cluster.sln", "-c", "Release", "--no-build", "-o", Folder, "-v", "quiet");
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(Folder, recursive: true);
}
