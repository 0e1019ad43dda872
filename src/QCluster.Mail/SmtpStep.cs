namespace QCluster.Mail;

/// <summary>The steps of sending a mail, in order.</summary>
internal enum SmtpStep
{
    /// <summary>Connecting the socket.</summary>
    Connect,

    /// <summary>Greeting, TLS, and the capabilities of the server.</summary>
    Greet,

    /// <summary>User and password.</summary>
    LogIn,

    /// <summary>The mail itself.</summary>
    Send,
}
