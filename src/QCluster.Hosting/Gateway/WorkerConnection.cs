namespace QCluster.Hosting.Gateway;

/// <summary>The client of a worker's tasks. The services have it before there is a worker for its calls.</summary>
internal sealed class WorkerConnection(TimeSpan callTimeout)
{
    private GatewayTransport? _transport;
    private Func<byte[], bool>? _send;

    private GatewayTransport Transport => _transport ??= new GatewayTransport(call => _send?.Invoke(call) ?? false, callTimeout);

    public GatewayTransport Attach(Func<byte[], bool> send)
    {
        _send = send;
        return Transport;
    }

    public QClusterClient CreateClient(QClusterOptions options, FunctionRegistry functions) =>
        new(options, Transport, functions, TimeProvider.System);
}
