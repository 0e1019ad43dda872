using QCluster.Hosting.Settings;

namespace QCluster.Tests.Settings;

/// <summary>What the setting smtp may say.</summary>
internal sealed class MailServerAddressTests
{
    [TestCase("smtp://mail.example.org", "mail.example.org", 25)]
    [TestCase("smtps://mail.example.org", "mail.example.org", 465)]
    [TestCase("smtp://mail.example.org:587", "mail.example.org", 587)]
    [TestCase("smtps://[::1]:4650", "::1", 4650)]
    [TestCase("smtp://mail.example.org/", "mail.example.org", 25)]
    public void Host_and_port_are_read(string text, string host, int port)
    {
        var server = MailServerAddress.Parse(text);
        Assert.That((server.Host, server.Port, server.User, server.Password), Is.EqualTo((host, port, (string?)null, (string?)null)));
    }

    [TestCase("smtp://ops:secret@host", "ops", "secret")]
    [TestCase("smtp://ops%40example.org:p%40ss%3A%2F%3F%23%25@host", "ops@example.org", "p@ss:/?#%")]
    [TestCase("smtp://ops:with:colon@host", "ops", "with:colon")]
    [TestCase("smtp://ops:gr%C3%BC%C3%9Fe@host", "ops", "grüße")]
    public void User_and_password_are_percent_decoded(string text, string user, string password)
    {
        var server = MailServerAddress.Parse(text);
        Assert.That((server.User, server.Password), Is.EqualTo((user, password)));
    }

    [TestCase("smtps://host", "ImplicitTls")]
    [TestCase("smtp://host", "StartTlsWhenAvailable")]
    [TestCase("smtp://u:p@host", "StartTls")]
    [TestCase("smtp://u:p@localhost", "StartTlsWhenAvailable")]
    [TestCase("smtp://u:p@127.0.0.1:2525", "StartTlsWhenAvailable")]
    [TestCase("smtp://u:p@[::1]", "StartTlsWhenAvailable")]
    [TestCase("smtp://host?starttls=required", "StartTls")]
    [TestCase("smtp://u:p@host?starttls=when-available", "StartTlsWhenAvailable")]
    [TestCase("smtp://u:p@host/?starttls=never", "None")]
    public void A_password_leaves_the_machine_only_encrypted_unless_that_is_allowed(string text, string encryption)
    {
        Assert.That(MailServerAddress.Parse(text).Encryption.ToString(), Is.EqualTo(encryption));
    }

    [TestCase("topsecret")]
    [TestCase("http://u:topsecret@host")]
    [TestCase("smtp://")]
    [TestCase("smtp://u:topsecret@host:0")]
    [TestCase("smtp://u:topsecret@host:70000")]
    [TestCase("smtp://u:topsecret/more@host")]
    [TestCase("smtp://u:1/topsecret@host")]
    [TestCase("smtp://u:1?topsecret@host")]
    [TestCase("smtp://u:1#topsecret@host")]
    [TestCase("smtp://:topsecret@host")]
    [TestCase("smtp://topsecret@host")]
    [TestCase("smtp://u:topsecret@host?starttls=maybe")]
    [TestCase("smtp://u:topsecret@host?tls=required")]
    [TestCase("smtps://u:topsecret@host?starttls=required")]
    public void An_invalid_address_is_refused_without_showing_it(string text)
    {
        var error = Assert.Throws<InvalidSettingException>(() => MailServerAddress.Parse(text))!;
        Assert.That(error.Setting, Is.EqualTo("smtp"));
        Assert.That(error.Message, Does.Contain("smtps://").And.Contain("%2F for /").And.Not.Contain("topsecret"));
    }
}
