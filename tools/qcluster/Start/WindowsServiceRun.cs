using System.Runtime.Versioning;
using System.ServiceProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using QCluster.Hosting;
using QCluster.Hosting.Composition;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Start;

/// <summary>
/// The cluster as a Windows service, which <c>sc create ... binPath= "qcluster start ..."</c> makes: the service control manager
/// starts and stops it in place of signals, and the log goes to the event log, since nobody reads a service's stderr.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsServiceRun
{
    private const string Name = "qcluster";

    /// <summary>ERROR_EXCEPTION_IN_SERVICE: what the service control manager shows, and may restart the service for.</summary>
    private const int CannotWork = 1064;

    /// <summary>Whether the service control manager started this process.</summary>
    public static bool IsService => WindowsServiceHelpers.IsWindowsService();

    /// <summary>Runs until the service is stopped.</summary>
    /// <exception cref="QClusterException">The cluster cannot start; the service control manager then sees a process that ended by itself.</exception>
    public static async Task<int> RunAsync(ClusterOptions options, LogLevel least)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(least);
        builder.Services.AddWindowsService(service => service.ServiceName = Name);
        builder.Services.AddSentinel(_ => options, Name, static provider => provider.GetRequiredService<ILoggerFactory>().CreateLogger);
        using var host = builder.Build();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        // Before the service reports that it has stopped: afterwards the reason is not read.
        using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            if (Environment.ExitCode != 0 && host.Services.GetRequiredService<IHostLifetime>() is ServiceBase service)
                service.ExitCode = CannotWork;
        });
        await host.RunAsync();
        return Environment.ExitCode == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
