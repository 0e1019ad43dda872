namespace QCluster;

/// <summary>The database of results is unavailable or unusable.</summary>
public sealed class ResultStoreException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The problem and the remedy.</param>
    /// <param name="inner">The error of the driver, if any.</param>
    public ResultStoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
