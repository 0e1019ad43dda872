using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Apps;
using QCluster.Hosting.DependencyInjection;
using QCluster.Hosting.Monitor;
using QCluster.Hosting.Pusher;
using QCluster.Hosting.Worker;
using QCluster.Wire;

namespace QCluster.Hosting.Roles;

/// <summary>The life of a child, whichever program it was started from.</summary>
internal static class ChildProgram
{
    private const int CannotWork = 78;
    private static readonly TimeSpan LogFlush = TimeSpan.FromSeconds(2);

    /// <summary>Reports to the sentinel and learns the settings; if the sentinel is gone already, the process ends.</summary>
    public static ClusterChild ConnectOrExit()
    {
        var own = ChildEnvironment.Current ?? throw new InvalidOperationException("This process was not started by a sentinel.");
        var control = ControlChannel.TryConnect(own);
        if (control is not null)
        {
            try
            {
                var child = new ClusterChild(own.Role, control, control.Settings.GetAwaiter().GetResult());
                control.StartHeartbeat();
                return child;
            }
            catch (IOException)
            {
                // It went away before its welcome.
            }
        }

        Environment.Exit(0);
        throw new InvalidOperationException("The process goes on after its end.");
    }

    /// <summary>Runs the role, workers with the apps of the settings, and returns the exit code.</summary>
    public static Task<int> RunAsync(ClusterChild child) => RunAsync(child, () => child.Role switch
    {
        ChildRole.Pusher => RunAsync(new PusherProcess(child.Settings, child.Control, new StderrLogger()), static p => p.RunAsync()),
        ChildRole.Monitor => RunAsync(new MonitorProcess(child.Settings, child.Control, new StderrLogger()), static p => p.RunAsync()),
        _ => RunWithAppsAsync(child),
    });

    /// <summary>Runs a worker with the services of the program that hosts its cluster, and returns the exit code.</summary>
    public static Task<int> RunHostedAsync(ClusterChild child, IServiceProvider services) => RunAsync(child, async () =>
    {
        TelemetryProviders.Begin(services);
        RunWorker(child, services, services.GetRequiredService<ClusterWorkerBuilder>().Options.Json);
        // What loggers still hold goes out; a service that cannot end does not keep the worker.
        if (services is IAsyncDisposable disposable)
            await Task.WhenAny(disposable.DisposeAsync().AsTask(), Task.Delay(LogFlush)).ConfigureAwait(false);
    });

    private static async Task<int> RunAsync(ClusterChild child, Func<Task> run)
    {
        using var control = child.Control;
        try
        {
            await run().ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (e is AppLoadException or QClusterException)
        {
            control.Failed(e.Message);
            return CannotWork;
        }
    }

    private static async Task RunAsync<T>(T process, Func<T, Task> run)
        where T : IAsyncDisposable
    {
        await using (process.ConfigureAwait(false))
            await run(process).ConfigureAwait(false);
    }

    private static async Task RunWithAppsAsync(ClusterChild child)
    {
        var functions = new FunctionRegistry();
        var services = new ServiceCollection();
        var json = new JsonSerializerOptions();
        services.AddLogging(logging => logging.AddProvider(new StderrLoggerProvider()));
        services.AddSingleton(functions);
        services.AddSingleton<IQClusterClient>(_ =>
        {
            var options = new QClusterOptions();
            child.Settings.CopyTo(options);
            options.Json = json;
            return child.Connection.CreateClient(options, functions);
        });
        foreach (var app in child.Settings.Apps)
            AppLoader.Load(app, functions, services, json);
        var provider = services.BuildServiceProvider();
        await using var disposed = provider.ConfigureAwait(false);
        RunWorker(child, provider, json);
    }

    private static void RunWorker(ClusterChild child, IServiceProvider services, JsonSerializerOptions? json)
    {
        // Each slot may be held by code that blocks; the pool must have a thread for each without waiting for it to grow.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, child.Settings.Room.Most + 4), ports);

        var functions = services.GetRequiredService<FunctionRegistry>();
        functions.Freeze(services, new ValueSerializer(json));
        var client = services.GetRequiredService<IQClusterClient>();
        Tasks.Default = client;
        using var worker = new WorkerProcess(child, functions, services, services.GetRequiredService<ILoggerFactory>().CreateLogger("QCluster.Worker"));
        worker.Run(() => AppAnnouncement.TellAsync(child.Settings.Cluster, child.Settings.Queues, functions, client, services.GetRequiredService<ILoggerFactory>().CreateLogger("QCluster.Worker")));
    }
}
