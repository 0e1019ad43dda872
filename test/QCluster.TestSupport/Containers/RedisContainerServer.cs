using System.Net.Sockets;
using DotNet.Testcontainers.Configurations;
using QCluster.Launching.Servers;
using Testcontainers.Redis;

namespace QCluster.TestSupport.Containers;

/// <summary>A Redis in a container. Other servers reach it at its own address in the engine's network, tests at a port of this machine.</summary>
internal sealed class RedisContainerServer : RedisServer
{
    private const int RedisPort = 6379;
    private const int RedisTlsPort = 6380;
    private const string SentinelFile = "/data/sentinel.conf";
    private const UnixFileModes ForAll = UnixFileModes.UserRead | UnixFileModes.UserWrite | UnixFileModes.GroupRead | UnixFileModes.GroupWrite | UnixFileModes.OtherRead | UnixFileModes.OtherWrite;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TlsFiles InContainer = new("/tls/certificate.pem", "/tls/key.pem");

    private readonly RedisContainer _container;

    private RedisContainerServer(RedisServerOptions options, RedisContainer container)
        : base(options)
    {
        _container = container;
        Port = container.GetMappedPublicPort(RedisPort);
        TlsPort = options.Tls is null ? 0 : container.GetMappedPublicPort(RedisTlsPort);
    }

    public override int Port { get; }

    public override int TlsPort { get; }

    public override (string Host, string Port) Peer => (_container.IpAddress, $"{RedisPort}");

    public static new async Task<RedisServer> StartAsync(RedisServerOptions options)
    {
        var container = await ServerContainers.StartAsync(() => Create(options));
        var server = new RedisContainerServer(options, container);
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static RedisContainer Create(RedisServerOptions options)
    {
        // Containers are reached through the engine's network, which protected mode takes for the world.
        string[] command =
        [
            "redis-server",
            .. options.Sentinel ? (string[])[SentinelFile] : [],
            "--port", $"{RedisPort}", "--protected-mode", "no",
            .. options.Password is { } password ? (string[])["--requirepass", password] : [],
            .. options.Arguments(RedisTlsPort, options.Tls is null ? null : InContainer),
        ];
        var builder = new RedisBuilder(ContainerEngine.RedisImage).WithCommand(command).Publish(FreePort.Next(), RedisPort);
        if (options.Sentinel)
            builder = builder.WithResourceMapping([], SentinelFile, fileMode: ForAll);
        if (options.Tls is { } files)
        {
            builder = builder.Publish(FreePort.Next(), RedisTlsPort)
                .WithResourceMapping(File.ReadAllBytes(files.Certificate), InContainer.Certificate, fileMode: ForAll)
                .WithResourceMapping(File.ReadAllBytes(files.Key), InContainer.Key, fileMode: ForAll);
        }

        return builder.Build();
    }

    public override async Task StartAgainAsync()
    {
        await LaunchAsync();
        await WaitUntilReadyAsync();
    }

    public override Task LaunchAsync() => ServerContainers.StartAgainAsync(_container);

    public override Task StopAsync() => _container.StopAsync();

    public override Task KillAsync() => ContainerEngine.KillAsync(_container.Id);

    public override Task PauseAsync() => _container.PauseAsync();

    public override Task ResumeAsync() => _container.UnpauseAsync();

    private async Task WaitUntilReadyAsync()
    {
        try
        {
            await Eventually.IsTrue(AnswersAsync, StartLimit);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"Redis does not answer on port {Port}. {await ServerContainers.DescribeAsync(_container)}", e);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await CallAsync("PING") == "PONG";
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
        {
            // Not listening yet, or loading.
            return false;
        }
    }

    public override ValueTask DisposeAsync() => _container.DisposeAsync();
}
