using QCluster.Launching.Servers;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Embedded;

/// <summary>The tool as an embedded server, in a folder that stays.</summary>
internal static class EmbeddedProcess
{
    public static Task<RedisProcess> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        return RedisProcess.StartAsync(new RedisProcessOptions
        {
            Program = ServerProgram.Embedded(BuiltProgram.Tool),
            Folder = folder,
            Arguments = ["--appendonly", "yes"],
            EndsWithThisProcess = true,
        });
    }
}
