using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Apps;
using QCluster.Hosting.Gateway;
using QCluster.Hosting.Monitor;
using QCluster.Hosting.Pusher;
using QCluster.Hosting.Worker;

namespace QCluster.Hosting.Roles;

/// <summary>The life of a child, whichever program it was started from.</summary>
internal static class ChildProgram
{
    private const int CannotWork = 78;

    /// <summary>False when this process is not a child.</summary>
    public static bool IsChild => ChildEnvironment.TryGet(out _, out _, out _);

    /// <summary>Runs the role and returns the exit code.</summary>
    /// <param name="configureServices">Adds what user code needs; only called in a worker.</param>
    /// <param name="functions">The functions registered by the program itself; a worker adds those of its apps.</param>
    public static async Task<int> RunAsync(Action<IServiceCollection>? configureServices = null, FunctionRegistry? functions = null)
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
                    await RunWorkerAsync(settings, control, configureServices, functions ?? new FunctionRegistry()).ConfigureAwait(false);
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

    private static async Task RunWorkerAsync(ChildSettings settings, ControlChannel control, Action<IServiceCollection>? configureServices, FunctionRegistry functions)
    {
        // Each slot may be held by code that blocks; the pool must have a thread for each without waiting for it to grow.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, settings.Concurrency + 4), ports);

        var services = new ServiceCollection();
        var gateway = new GatewayBrokerHolder(TimeSpan.FromSeconds(settings.CallTimeoutSeconds));
        services.AddLogging(logging => logging.AddProvider(new StderrLoggerProvider()));
        configureServices?.Invoke(services);
        services.AddSingleton<IQClusterClient>(_ => new QClusterClient(ClientOptions(settings), gateway.Broker, functions, TimeProvider.System));
        foreach (var app in settings.Apps)
            AppLoader.Load(app, functions, services);
        var provider = services.BuildServiceProvider();
        await using var disposed = provider.ConfigureAwait(false);
        functions.Freeze(provider, new Wire.ValueSerializer(provider.GetService<QClusterOptions>()?.Json));
        Tasks.Default = provider.GetRequiredService<IQClusterClient>();
        using var worker = new WorkerProcess(settings, control, functions, provider, gateway, provider.GetRequiredService<ILoggerFactory>().CreateLogger("QCluster.Worker"));
        worker.Run();
    }

    private static QClusterOptions ClientOptions(ChildSettings settings)
    {
        var options = new QClusterOptions
        {
            Name = settings.Name,
            Queue = settings.DefaultQueue,
            ResultTtl = TimeSpan.FromSeconds(settings.ResultTtlSeconds),
            CallTimeout = TimeSpan.FromSeconds(settings.CallTimeoutSeconds),
            Compress = settings.Compress,
            MaxPacketBytes = settings.MaxPacketBytes,
        };
        foreach (var secret in settings.Secrets)
            options.Secrets.Add(secret);
        return options;
    }
}
