namespace QCluster;

/// <summary>The database of results cannot be reached or cannot be used.</summary>
public sealed class ResultStoreException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="inner">The driver's error.</param>
    public ResultStoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
