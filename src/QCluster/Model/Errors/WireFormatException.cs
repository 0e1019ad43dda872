namespace QCluster;

/// <summary>Bytes that are not a valid packet, record or value: damaged, too large, too deep, of an unknown version, or not signed with an accepted key.</summary>
public sealed class WireFormatException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The problem, with the value or offset seen.</param>
    /// <param name="inner">The cause, if any.</param>
    public WireFormatException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
