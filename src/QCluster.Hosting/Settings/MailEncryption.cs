namespace QCluster.Hosting.Settings;

/// <summary>The encryption of the connection to a mail server.</summary>
internal enum MailEncryption
{
    /// <summary>Never.</summary>
    None,

    /// <summary>Uses STARTTLS if the server offers it.</summary>
    StartTlsWhenAvailable,

    /// <summary>Requires STARTTLS; a server without it is not used.</summary>
    StartTls,

    /// <summary>From the first byte.</summary>
    ImplicitTls,
}
