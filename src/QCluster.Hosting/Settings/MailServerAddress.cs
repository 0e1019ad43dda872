namespace QCluster.Hosting.Settings;

/// <summary>The mail server of the setting <c>smtp</c>. Errors do not contain the password.</summary>
internal sealed record MailServerAddress
{
    private const string Expected =
        "write smtp://host, smtp://user:password@host:587 (?starttls=required, when-available or never can follow) or smtps://user:password@host for TLS from the first byte; " +
        "in user and password write %40 for @, %3A for :, %2F for /, %3F for ?, %23 for # and %25 for %";

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MailEncryption Encryption { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <exception cref="InvalidSettingException">The text is not a valid address.</exception>
    public static MailServerAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("smtp" or "smtps") || uri.Host.Length == 0 || uri.Port == 0)
            throw Bad("it is no address of a mail server");
        // What follows a / or # may be the rest of a password.
        if (uri.AbsolutePath.Trim('/').Length > 0 || uri.Fragment.Length > 0)
            throw Bad("nothing but ?starttls=... may follow host and port");
        var credentials = uri.UserInfo.Split(':', 2);
        var user = Uri.UnescapeDataString(credentials[0]);
        var password = credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : "";
        if ((user.Length == 0) != (password.Length == 0))
            throw Bad("a user needs a password, and a password a user");
        var isImplicit = uri.Scheme == "smtps";
        return new MailServerAddress
        {
            Host = uri.IdnHost,
            Port = uri.Port > 0 ? uri.Port : isImplicit ? 465 : 25,
            Encryption = ReadEncryption(uri.Query, isImplicit, hasPassword: password.Length > 0, uri.IsLoopback),
            User = user.Length > 0 ? user : null,
            Password = password.Length > 0 ? password : null,
        };
    }

    private static MailEncryption ReadEncryption(string query, bool isImplicit, bool hasPassword, bool isLoopback)
    {
        if (isImplicit)
            return query.Length == 0 ? MailEncryption.ImplicitTls : throw Bad("nothing may follow host and port of smtps://");
        return query switch
        {
            // An attacker who can change network traffic can hide the offer of STARTTLS, and would get the password.
            "" => hasPassword && !isLoopback ? MailEncryption.StartTls : MailEncryption.StartTlsWhenAvailable,
            "?starttls=required" => MailEncryption.StartTls,
            "?starttls=when-available" => MailEncryption.StartTlsWhenAvailable,
            "?starttls=never" => MailEncryption.None,
            _ => throw Bad("what follows the ? is not known"),
        };
    }

    // The value is never shown: it may hold a password in a place that was not recognised as one.
    private static InvalidSettingException Bad(string why) => new("smtp", null, $"{why}; {Expected}");
}
