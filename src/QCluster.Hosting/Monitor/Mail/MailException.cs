namespace QCluster.Hosting.Monitor.Mail;

/// <summary>A mail was not sent.</summary>
internal sealed class MailException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The server will never accept this mail; it may accept others.</summary>
    public bool IsRefused { get; init; }
}
