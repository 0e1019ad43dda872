using System.Security.Authentication;
using QCluster.Redis;

namespace QCluster.Tests.Redis;

public sealed class RedisSettingsTests
{
    [TestCase("", "127.0.0.1:6379")]
    [TestCase("  ", "127.0.0.1:6379")]
    [TestCase("redis1", "redis1:6379")]
    [TestCase("redis1:7000", "redis1:7000")]
    [TestCase("redis1:7000,redis2", "redis1:7000,redis2:6379")]
    [TestCase("[::1]:7000", "[::1]:7000")]
    [TestCase("::1", "[::1]:6379")]
    [TestCase("redis1,ssl=true", "redis1:6380,ssl=true")]
    [TestCase("redis1,serviceName=mine", "redis1:26379,serviceName=mine")]
    [TestCase("redis1,defaultDatabase=3", "redis1:6379,defaultDatabase=3")]
    [TestCase("redis://", "127.0.0.1:6379")]
    [TestCase("redis://redis1", "redis1:6379")]
    [TestCase("redis://redis1:7000/5", "redis1:7000,defaultDatabase=5")]
    [TestCase("redis://[::1]:7000/", "[::1]:7000")]
    [TestCase("rediss://redis1", "redis1:6379,ssl=true")]
    [TestCase("redis://:secret@redis1/2", "redis1:6379,defaultDatabase=2")]
    public void The_address_is_read_from_either_form(string text, string display)
        => Assert.That(RedisSettings.Parse(text).Display, Is.EqualTo(display));

    [TestCase("redis1:7000,password=p@ss=word", "p@ss=word")]
    [TestCase("redis://:p%40ss%2Fw%25rd@redis1", "p@ss/w%rd")]
    [TestCase("redis://default:p@ss@redis1", "p@ss")]
    [TestCase("redis://redis1", null)]
    [TestCase("redis1,password=", null)]
    public void The_password_is_read_and_decoded(string text, string? password)
        => Assert.That(RedisSettings.Parse(text).Password, Is.EqualTo(password));

    [TestCase("redis1:99999")]
    [TestCase("redis1:,ssl=true")]
    [TestCase("http://redis1")]
    [TestCase("redis1,ssl=perhaps")]
    [TestCase("redis1,defaultDatabase=x")]
    [TestCase("redis1,sslProtocols=tls11")]
    [TestCase("redis1,unknown=1")]
    [TestCase("redis1,proxy=twemproxy")]
    [TestCase("redis://:%zz@redis1")]
    [TestCase("redis://redis1/x")]
    [TestCase("redis://redis1?db=2")]
    [TestCase("redis://[::1")]
    public void Unknown_text_is_refused_by_name(string text)
        => Assert.That(() => RedisSettings.Parse(text), Throws.TypeOf<InvalidSettingException>().With.Property("Setting").EqualTo("redis"));

    [TestCase("redis1,password=hunter2,ssl=perhaps")]
    [TestCase("redis1,password=a,hunter2")]
    [TestCase("redis1,password=a,hunter2=b")]
    [TestCase("redis1,password=a,b hunter2")]
    [TestCase("redis://:hunter2@redis1:bad")]
    [TestCase("redis://:hunter2%zz@redis1")]
    [TestCase("redis://hunter2:hunter2@redis1?x")]
    public void An_error_never_shows_the_password(string text)
    {
        string? shown = null;
        try
        {
            shown = RedisSettings.Parse(text).ToString();
        }
        catch (InvalidSettingException error)
        {
            shown = error.ToString();
        }

        Assert.That(shown, Does.Not.Contain("hunter2"));
    }

    [TestCase("redis://me:secret@redis1")]
    [TestCase("redis1,user=me,password=secret")]
    public void A_user_is_read(string text)
    {
        var settings = RedisSettings.Parse(text);
        Assert.That((settings.User, settings.Password), Is.EqualTo(("me", "secret")));
    }

    [Test]
    public void A_user_needs_a_password()
        => Assert.That(() => RedisSettings.Parse("redis://me@redis1"), Throws.TypeOf<InvalidSettingException>().With.Message.Contains("needs a password"));

    [Test]
    public void Tls_is_1_2_or_1_3_and_its_host_can_be_set()
    {
        var settings = RedisSettings.Parse("redis1,sslHost=cert.example");
        Assert.Multiple(() =>
        {
            Assert.That(settings.Ssl, Is.True);
            Assert.That(settings.SslHost, Is.EqualTo("cert.example"));
            Assert.That(settings.SslProtocols, Is.EqualTo(SslProtocols.Tls12 | SslProtocols.Tls13));
        });
    }

    [Test]
    public void Options_of_the_library_that_have_no_effect_here_are_accepted()
        => Assert.That(RedisSettings.Parse("redis1:7000,abortConnect=false,syncTimeout=3000,keepAlive=10,name=me").ClientName, Is.EqualTo("me"));
}
