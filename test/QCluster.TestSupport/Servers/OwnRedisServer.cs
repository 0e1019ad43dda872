using QCluster.Launching.Servers;

namespace QCluster.TestSupport;

/// <summary>A process of this machine's <c>redis-server</c>, which ends with the test process, however that ends.</summary>
internal sealed class OwnRedisServer : RedisServer
{
    /// <summary>With 1, the server is the embedded one.</summary>
    private const string EmbeddedVariable = "QCLUSTER_TEST_EMBEDDED";

    private const string SentinelFile = "sentinel.conf";

    private readonly RedisProcess _process;

    private OwnRedisServer(RedisServerOptions options, int tlsPort, RedisProcess process)
        : base(options)
    {
        _process = process;
        TlsPort = tlsPort;
    }

    public override int Port => _process.Port;

    public override int TlsPort { get; }

    public override (string Host, string Port) Peer => (Host, $"{Port}");

    public static new async Task<RedisServer> StartAsync(RedisServerOptions options)
    {
        var tlsPort = options.Tls is null ? 0 : FreePort.Next();
        var isEmbedded = Environment.GetEnvironmentVariable(EmbeddedVariable) == "1";
        var process = new RedisProcess(new RedisProcessOptions
        {
            Program = isEmbedded ? ServerProgram.Embedded(BuiltProgram.Tool) : null,
            Password = options.Password,
            ConfigFile = options.Sentinel ? SentinelFile : null,
            Arguments = options.Arguments(tlsPort, options.Tls),
            EndsWithThisProcess = true,
            Otherwise = "Set QCLUSTER_TEST_CONTAINERS=1 to test with containers",
        });
        var server = new OwnRedisServer(options, tlsPort, process);
        try
        {
            // Sentinel wants a file that it can write to.
            if (options.Sentinel)
                await File.WriteAllTextAsync(Path.Combine(process.Folder, SentinelFile), "");
            await process.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override Task StartAgainAsync() => _process.StartAgainAsync();

    public override Task LaunchAsync()
    {
        _process.Launch();
        return Task.CompletedTask;
    }

    public override Task StopAsync() => _process.StopAsync();

    public override Task KillAsync() => _process.KillAsync();

    public override Task PauseAsync()
    {
        Signals.Send(_process.ProcessId, Signal.Stop);
        return Task.CompletedTask;
    }

    public override Task ResumeAsync()
    {
        Signals.Send(_process.ProcessId, Signal.Continue);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => _process.DisposeAsync();
}
