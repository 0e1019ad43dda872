using System.Text.Json;
using QCluster.Hosting.Roles;

namespace QCluster.Hosting.Gateway;

/// <summary>The client of a worker's tasks, known to the services before there is a worker to carry its calls.</summary>
internal sealed class WorkerConnection
{
    private GatewayBroker? _broker;
    private Func<byte[], bool>? _send;

    public ChildSettings Settings { get; set; } = null!;

    private GatewayBroker Broker => _broker ??= new GatewayBroker(call => _send?.Invoke(call) ?? false, TimeSpan.FromSeconds(Settings.CallTimeoutSeconds));

    public GatewayBroker Attach(Func<byte[], bool> send)
    {
        _send = send;
        return Broker;
    }

    public QClusterClient CreateClient(FunctionRegistry functions, JsonSerializerOptions? json)
    {
        var options = new QClusterOptions
        {
            Name = Settings.Name,
            Queue = Settings.DefaultQueue,
            ResultTtl = TimeSpan.FromSeconds(Settings.ResultTtlSeconds),
            CallTimeout = TimeSpan.FromSeconds(Settings.CallTimeoutSeconds),
            Compress = Settings.Compress,
            MaxPacketBytes = Settings.MaxPacketBytes,
            Json = json,
        };
        foreach (var secret in Settings.Secrets)
            options.Secrets.Add(secret);
        return new QClusterClient(options, Broker, functions, TimeProvider.System);
    }
}
