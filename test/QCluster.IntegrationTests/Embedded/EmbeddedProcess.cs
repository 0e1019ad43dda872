using QCluster.Launching.Servers;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Embedded;

/// <summary>The tool as an embedded server, in a folder that stays.</summary>
internal static class EmbeddedProcess
{
    public static Task<RedisProcess> StartAsync(string folder) => StartAsync(folder, ServerProgram.Embedded(BuiltProgram.Tool));

    /// <summary>Its files cannot grow beyond a size, as on a full disk.</summary>
    public static Task<RedisProcess> StartFullAsync(string folder, int maxFileBytes)
    {
        var program = ServerProgram.Embedded(BuiltProgram.Tool);
        return StartAsync(folder, program with
        {
            Path = "/usr/bin/env",
            Arguments = ["--ignore-signal=XFSZ", "prlimit", $"--fsize={maxFileBytes}", program.Path, .. program.Arguments],
            // Else the runtime makes a large file for its own code.
            Environment = new Dictionary<string, string>(program.Environment) { ["DOTNET_EnableWriteXorExecute"] = "0" },
        });
    }

    private static Task<RedisProcess> StartAsync(string folder, ServerProgram program)
    {
        Directory.CreateDirectory(folder);
        return RedisProcess.StartAsync(new RedisProcessOptions
        {
            Program = program,
            Folder = folder,
            Arguments = ["--appendonly", "yes"],
            EndsWithThisProcess = true,
        });
    }
}
