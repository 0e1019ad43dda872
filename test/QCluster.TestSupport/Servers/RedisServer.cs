using QCluster.TestSupport.Containers;

namespace QCluster.TestSupport;

/// <summary>
/// A real Redis of the test's own, which it may stop, kill and pause: a process of this machine's <c>redis-server</c>, or with
/// <c>QCLUSTER_TEST_CONTAINERS=1</c> a container. Either keeps its port and its data when it is started again, and is gone afterwards.
/// </summary>
public abstract class RedisServer : IRedisFixture
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RedisServerOptions _options;

    private protected RedisServer(RedisServerOptions options) => _options = options;

    public string Host => "127.0.0.1";

    public abstract int Port { get; }

    /// <summary>The port for TLS, if it was asked for.</summary>
    public abstract int TlsPort { get; }

    public string Endpoint => At($"{Host}:{Port}");

    /// <summary>Where other servers reach it, and what it tells clients of a cluster of Redis.</summary>
    public abstract (string Host, string Port) Peer { get; }

    public static async Task<RedisServer> StartAsync(RedisServerOptions? options = null)
    {
        options ??= new RedisServerOptions();
        return await ContainerEngine.IsWantedAsync() ? await RedisContainerServer.StartAsync(options) : await OwnRedisServer.StartAsync(options);
    }

    /// <summary>Starts a stopped or killed server again, on its port and with its data, and waits until it answers.</summary>
    public abstract Task StartAgainAsync();

    /// <summary>Starts it and returns before it answers, to meet it while it loads.</summary>
    public abstract Task LaunchAsync();

    /// <summary>Lets it save what the options say.</summary>
    public abstract Task StopAsync();

    /// <summary>SIGKILL.</summary>
    public abstract Task KillAsync();

    /// <summary>It stands still, and its connections stay open.</summary>
    public abstract Task PauseAsync();

    public abstract Task ResumeAsync();

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public string Through(FaultProxy proxy) => At(proxy.Endpoint);

    private string At(string address) => _options.Password is null ? address : $"{address},password={_options.Password}";

    public Task<string> CallAsync(params string[] command) => RedisCommands.CallAsync(Host, Port, _options.Password, command, Limit);

    public abstract ValueTask DisposeAsync();
}
