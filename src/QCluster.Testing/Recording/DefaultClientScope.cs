namespace QCluster.Testing.Recording;

/// <summary>While it lasts a client is that of the static calls, in this flow of execution.</summary>
internal sealed class DefaultClientScope : IDisposable
{
    private readonly IQClusterClient? _before;
    private bool _disposed;

    public DefaultClientScope(IQClusterClient client) => _before = DefaultClient.Use(client);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        DefaultClient.Use(_before);
    }
}
