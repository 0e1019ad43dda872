using QCluster.Redis;

namespace QCluster.TestSupport;

/// <summary>A Redis somebody else runs.</summary>
public sealed class ExternalRedis : IRedisFixture
{
    public ExternalRedis(string endpoint) => Endpoint = endpoint;

    public string Endpoint { get; }

    public Task<string> CallAsync(params string[] command)
    {
        var settings = RedisSettings.Parse(Endpoint);
        return RedisCommands.CallAsync(settings.Endpoints[0].Host, settings.Endpoints[0].Port, settings.Password, command, TimeSpan.FromSeconds(10));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
