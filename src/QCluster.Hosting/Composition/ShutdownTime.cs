using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace QCluster.Hosting.Composition;

/// <summary>The host must let the cluster have its grace.</summary>
internal sealed class ShutdownTime(ClusterOptions cluster) : IPostConfigureOptions<HostOptions>
{
    private static readonly TimeSpan Beyond = TimeSpan.FromSeconds(5);

    public void PostConfigure(string? name, HostOptions options)
    {
        var needed = cluster.Grace + Beyond;
        if (options.ShutdownTimeout < needed && options.ShutdownTimeout != Timeout.InfiniteTimeSpan)
            options.ShutdownTimeout = needed;
    }
}
