using QCluster.Redis;

namespace QCluster.TestSupport;

/// <summary>A Redis somebody else runs.</summary>
internal sealed class ExternalRedis : IRedisFixture
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly RedisSettings _settings;

    public ExternalRedis(string endpoint)
    {
        Endpoint = endpoint;
        _settings = RedisSettings.Parse(endpoint);
    }

    public string Endpoint { get; }

    public string Host => _settings.Endpoints[0].Host;

    public int Port => _settings.Endpoints[0].Port;

    public string Through(FaultProxy proxy)
    {
        if (_settings.Ssl)
            throw new InvalidOperationException($"{RedisFixture.Variable} leads to a Redis with TLS, into which a proxy cannot look. Name one without.");
        var user = _settings.User is null ? "" : $",user={_settings.User}";
        var password = _settings.Password is null ? "" : $",password={_settings.Password}";
        return $"{proxy.Endpoint},defaultDatabase={_settings.Database}{user}{password}";
    }

    public Task<string> CallAsync(params string[] command) => RedisCommands.CallAsync(Host, Port, _settings.Password, command, Limit);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
