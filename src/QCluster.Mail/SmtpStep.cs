namespace QCluster.Mail;

/// <summary>What must be done for a mail, in this order.</summary>
internal enum SmtpStep
{
    /// <summary>Connecting the socket.</summary>
    Connect,

    /// <summary>Greeting, TLS, and learning what the server offers.</summary>
    Greet,

    /// <summary>User and password.</summary>
    LogIn,

    /// <summary>The mail itself.</summary>
    Send,
}
