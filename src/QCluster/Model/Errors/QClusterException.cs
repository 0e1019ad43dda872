namespace QCluster;

/// <summary>The base of every error that QCluster itself raises.</summary>
public abstract class QClusterException : Exception
{
    private protected QClusterException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
