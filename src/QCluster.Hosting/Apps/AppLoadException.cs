namespace QCluster.Hosting;

/// <summary>A user's assembly cannot be used: the message says why and what to do.</summary>
public sealed class AppLoadException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The problem, with the path.</param>
    /// <param name="inner">The error of the loader, if any.</param>
    public AppLoadException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
