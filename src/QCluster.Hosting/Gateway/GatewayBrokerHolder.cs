namespace QCluster.Hosting.Gateway;

/// <summary>Makes the gateway known to the services before there is a worker to carry its calls.</summary>
internal sealed class GatewayBrokerHolder(TimeSpan callTimeout)
{
    private Func<byte[], bool>? _send;

    public GatewayBroker Broker => field ??= new GatewayBroker(call => _send?.Invoke(call) ?? false, callTimeout);

    public GatewayBroker Create(Func<byte[], bool> send)
    {
        _send = send;
        return Broker;
    }
}
