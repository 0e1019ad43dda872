using System.Diagnostics;
using QCluster.Launching.Clusters;

namespace QCluster.Tool.Lab;

/// <summary>Starts clusters as users start them, for a measurement or a trial.</summary>
internal static class OwnCluster
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Starts one; with <paramref name="wait"/> it is ready on return.</summary>
    public static async Task<StartedCluster> StartAsync(ClusterStart how, bool wait = true)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (string.Equals(Path.GetFileNameWithoutExtension(Environment.ProcessPath), "dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (var argument in (string[])["start", "--name", how.Name, "--app", Path.Combine(AppContext.BaseDirectory, "QCluster.ToolFunctions.dll"), .. how.Arguments])
            start.ArgumentList.Add(argument);
        start.Environment["QCLUSTER_REDIS"] = how.Redis;
        start.Environment["QCLUSTER_SECRET"] = how.Secret;
        if (how.Results is { } results)
            start.Environment["QCLUSTER_RESULTS"] = results;
        var cluster = StartedCluster.Start(start);
        if (!wait)
            return cluster;
        try
        {
            await cluster.WaitUntilReadyAsync(Limit);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }
}
