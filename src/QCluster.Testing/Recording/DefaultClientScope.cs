using QCluster.Client;

namespace QCluster.Testing.Recording;

/// <summary>Makes a client that of the static calls until it is disposed, in this flow of execution.</summary>
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
