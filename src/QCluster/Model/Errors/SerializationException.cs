namespace QCluster;

/// <summary>A value that cannot travel: an argument refused at the call, or a result that its task cannot return.</summary>
public sealed class SerializationException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The value, its type, the reason why it cannot be serialised, and an alternative.</param>
    /// <param name="inner">The error of the serialiser, if any.</param>
    public SerializationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
