namespace QCluster.Hosting.Settings;

/// <summary>The encryption of the connection to a mail server.</summary>
internal enum MailEncryption
{
    /// <summary>Never.</summary>
    None,

    /// <summary>By STARTTLS where the server offers it, otherwise not.</summary>
    StartTlsWhenAvailable,

    /// <summary>By STARTTLS; a server that does not offer it is not used.</summary>
    StartTls,

    /// <summary>From the first byte.</summary>
    ImplicitTls,
}
