namespace QCluster.Hosting;

/// <summary>A user's assembly cannot be loaded: the message gives the reason and the remedy.</summary>
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
