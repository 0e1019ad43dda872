namespace QCluster.Hosting.Monitor.Mail;

/// <summary>A mail was not sent.</summary>
internal sealed class MailException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The server will never accept this very mail; others it may.</summary>
    public bool IsRefused { get; init; }
}
