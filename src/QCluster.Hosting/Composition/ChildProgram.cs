using System.Text.Json;
using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using QCluster.Hosting.Apps;
using QCluster.Hosting.Children;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Monitor;
using QCluster.Hosting.Pusher;
using QCluster.Hosting.Sentinel;
using QCluster.Hosting.Worker;
using QCluster.Model.Errors;
using QCluster.Wire.Values;

namespace QCluster.Hosting.Composition;

/// <summary>The life of a child, for any program that it was started from.</summary>
internal static class ChildProgram
{
    private const int CannotWork = 78;
    private static readonly TimeSpan LogFlush = TimeSpan.FromSeconds(2);

    /// <summary>Connects to the sentinel and gets the settings. If the sentinel has already ended, the process exits.</summary>
    public static ClusterChild ConnectOrExit()
    {
        var own = ChildEnvironment.Current ?? throw new InvalidOperationException("This process was not started by a sentinel.");
        if (own.Role == ChildRole.Worker)
            ProcessGroup.Lead();
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
                // The sentinel ended before its reply.
            }
        }

        Environment.Exit(0);
        throw new InvalidOperationException("The process continued after its end.");
    }

    /// <summary>Runs the role, workers with the apps of the settings, and returns the exit code.</summary>
    public static Task<int> RunAsync(ClusterChild child) => RunAsync(child, () => child.Role switch
    {
        ChildRole.Pusher => RunAsync(
            new PusherProcess(child.Settings, child.Control, new ChildLogger(child.Log, "QCluster.Pusher"), TimeProvider.System),
            static p => p.RunAsync()),
        ChildRole.Monitor => RunAsync(
            new MonitorProcess(child.Settings, child.Control, new ChildLogger(child.Log, "QCluster.Monitor"), TimeProvider.System),
            static p => p.RunAsync()),
        _ => RunWithAppsAsync(child),
    });

    /// <summary>Runs a worker with the services of the program that hosts its cluster, and returns the exit code.</summary>
    public static Task<int> RunHostedAsync(ClusterChild child, IServiceProvider services) => RunAsync(child, async () =>
    {
        TelemetryProviders.Begin(services);
        RunWorker(child, services, services.GetRequiredService<IOptions<QClusterOptions>>().Value);
        // What loggers still hold goes out; a service that cannot end does not keep the worker.
        if (services is IAsyncDisposable disposable)
            await Task.WhenAny(disposable.DisposeAsync().AsTask(), Task.Delay(LogFlush)).ConfigureAwait(false);
    });

    private static async Task<int> RunAsync(ClusterChild child, Func<Task> run)
    {
        using var control = child.Control;
        using var log = child.Log;
        try
        {
            await run().ConfigureAwait(false);
            // Programs that those tasks started must not run beside their repetition. No process remains that reads this exit code.
            if (child.LeavesUnfinished)
                ProcessGroup.Kill(Environment.ProcessId);
            return 0;
        }
        catch (Exception e) when (e is AppLoadException or QClusterException)
        {
            control.Failed(e.Message);
            return CannotWork;
        }
        // The user's services, or the program's: they would fail again each time.
        catch (Exception e) when (!control.IsAtWork)
        {
            control.Failed($"A {child.Role.ToString().ToLowerInvariant()} cannot start: {ExceptionText.Of(e)}");
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
        services.AddLogging(logging => logging.SetMinimumLevel(child.Settings.LogLevel).AddProvider(new ChildLoggerProvider(child.Log)));
        services.AddSingleton(functions);
        var options = new QClusterOptions();
        child.Settings.CopyTo(options);
        options.Json = json;
        services.AddSingleton<IQClusterClient>(_ => child.Connection.CreateClient(options, functions));
        foreach (var app in child.Settings.Options.Apps)
            AppLoader.Load(app, functions, services, json);
        var provider = services.BuildServiceProvider();
        await using var disposed = provider.ConfigureAwait(false);
        options.MessagePack = provider.GetService<MessagePackSerializerOptions>();
        RunWorker(child, provider, options);
    }

    private static void RunWorker(ClusterChild child, IServiceProvider services, QClusterOptions options)
    {
        // Each slot may be held by code that blocks; the pool must have a thread for each without waiting for it to grow.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, child.Settings.Room.Most + 4), ports);

        var functions = services.GetRequiredService<FunctionRegistry>();
        functions.Freeze(services, ValueSerializer.Of(options.Json, options.MessagePack));
        var client = services.GetRequiredService<IQClusterClient>();
        Tasks.Default = client;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("QCluster.Worker");
        using var worker = new WorkerProcess(child, functions, services, logger, TimeProvider.System);
        using var ended = new CancellationTokenSource();
        worker.Run(() => AppAnnouncement.KeepAsync(child.Settings.Cluster, child.Settings.Queues, functions, client, logger, ended.Token));
        ended.Cancel();
    }
}
