
namespace QCluster.Hosting.Gateway;

/// <summary>The client of a worker's tasks, known to the services before there is a worker to carry its calls.</summary>
internal sealed class WorkerConnection(TimeSpan callTimeout)
{
    private GatewayBroker? _broker;
    private Func<byte[], bool>? _send;

    private GatewayBroker Broker => _broker ??= new GatewayBroker(call => _send?.Invoke(call) ?? false, callTimeout);

    public GatewayBroker Attach(Func<byte[], bool> send)
    {
        _send = send;
        return Broker;
    }

    public QClusterClient CreateClient(QClusterOptions options, FunctionRegistry functions) =>
        new(options, Broker, functions, TimeProvider.System);
}
