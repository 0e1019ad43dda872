using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Apps;
using QCluster.Hosting.Gateway;
using QCluster.Hosting.Monitor;
using QCluster.Hosting.Pusher;
using QCluster.Hosting.Worker;
using QCluster.Wire;

namespace QCluster.Hosting.Roles;

/// <summary>The life of a child, whichever program it was started from.</summary>
internal static class ChildProgram
{
    private const int CannotWork = 78;

    /// <summary>False when this process is not a child.</summary>
    public static bool IsChild => ChildEnvironment.TryGet(out _, out _, out _);

    /// <summary>Runs the role and returns the exit code.</summary>
    /// <param name="hosted">What the program that hosts the cluster brings; null in the tool, where a worker loads apps.</param>
    public static async Task<int> RunAsync(HostedWorker? hosted = null)
    {
        if (!ChildEnvironment.TryGet(out var role, out var ordinal, out var path))
            throw new InvalidOperationException("This process was not started by a sentinel.");
        using var control = ControlChannel.TryConnect(role, ordinal, path);
        if (control is null)
            return 0;
        ChildSettings settings;
        try
        {
            settings = await control.Settings.ConfigureAwait(false);
        }
        catch (IOException)
        {
            return 0;
        }

        var logger = new StderrLogger();
        try
        {
            switch (role)
            {
                case ChildRole.Pusher:
                    await RunAsync(new PusherProcess(settings, control, logger), static p => p.RunAsync()).ConfigureAwait(false);
                    break;
                case ChildRole.Monitor:
                    await RunAsync(new MonitorProcess(settings, control, logger), static p => p.RunAsync()).ConfigureAwait(false);
                    break;
                default:
                    await RunWorkerAsync(settings, control, hosted).ConfigureAwait(false);
                    break;
            }

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

    private static async Task RunWorkerAsync(ChildSettings settings, ControlChannel control, HostedWorker? hosted)
    {
        // Each slot may be held by code that blocks; the pool must have a thread for each without waiting for it to grow.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, settings.Concurrency + 4), ports);

        if (hosted is not null)
        {
            hosted.Connection.Settings = settings;
            RunWorker(settings, control, hosted.Functions, hosted.Services, hosted.Connection, hosted.Json);
            return;
        }

        var connection = new WorkerConnection { Settings = settings };
        var functions = new FunctionRegistry();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new StderrLoggerProvider()));
        services.AddSingleton<IQClusterClient>(_ => connection.CreateClient(functions, json: null));
        foreach (var app in settings.Apps)
            AppLoader.Load(app, functions, services);
        var provider = services.BuildServiceProvider();
        await using var disposed = provider.ConfigureAwait(false);
        RunWorker(settings, control, functions, provider, connection, json: null);
    }

    private static void RunWorker(ChildSettings settings, ControlChannel control, FunctionRegistry functions, IServiceProvider services, WorkerConnection connection, JsonSerializerOptions? json)
    {
        functions.Freeze(services, new ValueSerializer(json));
        Tasks.Default = services.GetRequiredService<IQClusterClient>();
        using var worker = new WorkerProcess(settings, control, functions, services, connection, services.GetRequiredService<ILoggerFactory>().CreateLogger("QCluster.Worker"));
        worker.Run();
    }
}
