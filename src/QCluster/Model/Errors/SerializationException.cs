namespace QCluster;

/// <summary>A value that cannot travel: an argument refused at the call, or a result that its task cannot return.</summary>
public sealed class SerializationException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which value of which type, why it cannot be serialised, and what to do instead.</param>
    /// <param name="inner">The serialiser's own error, if any.</param>
    public SerializationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
