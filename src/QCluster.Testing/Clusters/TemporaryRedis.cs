using QCluster.Launching.Servers;
using QCluster.Redis;

namespace QCluster.Testing.Clusters;

/// <summary>A server for one test cluster: a redis-server from PATH, or the embedded server in this process.</summary>
internal sealed class TemporaryRedis : IAsyncDisposable
{
    private readonly IAsyncDisposable _server;

    private TemporaryRedis(IAsyncDisposable server, string endpoint)
    {
        _server = server;
        Endpoint = endpoint;
    }

    public string Endpoint { get; }

    /// <summary>Whether a server of the cluster's own is meant.</summary>
    /// <param name="named">What the test has named; null = nothing.</param>
    public static bool IsMeant(string? named) => named is null || EmbeddedPlace.IsMeant(named);

    /// <summary>Starts one.</summary>
    /// <exception cref="IOException">It does not start.</exception>
    public static async Task<TemporaryRedis> StartAsync(string? named, CancellationToken cancellationToken)
    {
        if (named is null && ServerProgram.RedisServer() is { } program)
        {
            var options = new RedisProcessOptions { Program = program, Arguments = ["--save", "", "--appendonly", "no"], EndsWithThisProcess = true };
            var process = await RedisProcess.StartAsync(options, cancellationToken).ConfigureAwait(false);
            return new TemporaryRedis(process, process.Endpoint);
        }

        var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false }, cancellationToken).ConfigureAwait(false);
        return new TemporaryRedis(server, server.ConnectionString);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
