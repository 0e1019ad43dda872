using System.Net;
using System.Net.Sockets;
using QCluster.Client.Results;
using QCluster.Postgres;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Results;

/// <summary>What is particular to PostgreSQL: its connection strings and its server.</summary>
internal sealed class PostgresResultStoreTests
{
    [Test]
    public async Task A_wrong_password_is_reported_and_not_shown()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = ResultStores.Open(server.Connection.Replace("secret-of-the-test", "geheim", StringComparison.Ordinal));
        Assert.That(async () => await store.SaveAsync([SavedTasks.Finished(DateTimeOffset.UtcNow)], CancellationToken.None), Throws.InstanceOf<ResultStoreException>().With.Message.Contains("password").And.Message.Not.Contains("geheim"));
    }

    [Test]
    public async Task Concurrent_calls_to_a_silent_server_share_one_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var store = ResultStores.Open($"postgres://u:p@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/db?connect_timeout=1");
        var calls = Enumerable.Range(0, 20).Select(_ => store.FindAsync(SavedTasks.Finished(DateTimeOffset.UtcNow).Id, CancellationToken.None)).ToArray();
        await Task.WhenAny(Task.WhenAll(calls), Task.Delay(TimeSpan.FromSeconds(8)));
        Assert.That(calls.Count(c => c.IsFaulted && c.Exception.InnerException is ResultStoreException), Is.EqualTo(calls.Length));
    }

    [TestCase("postgres://")]
    [TestCase("postgres://user:geheim@:5432:x/db")]
    [TestCase("postgres://user:geheim@host/db?nonsense=1")]
    [TestCase("Host=")]
    [TestCase("Host=h;Nonsense=geheim")]
    public void An_invalid_connection_string_names_the_setting_but_no_password(string text) =>
        Assert.That(() => ConnectionString.Parse(text), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("results").And.Message.Contains("write").And.Message.Not.Contains("geheim"));

    [Test]
    public void A_URI_is_read_with_its_escapes()
    {
        var builder = ConnectionString.Parse("postgresql://us%40er:p%2Fw@db.example:6543/my%20db?sslmode=require");
        Assert.That((builder.Host, builder.Port, builder.Database, builder.Username, builder.Password, builder.SslMode), Is.EqualTo(("db.example", 6543, "my db", "us@er", "p/w", Npgsql.SslMode.Require)));
    }

    [Test]
    public void Values_of_a_URI_keep_their_dashes_and_libpq_names_are_known()
    {
        var builder = ConnectionString.Parse("postgres://u:p@h/db?application_name=my-app&sslmode=verify-full&sslrootcert=/etc/my-ca.pem&connect_timeout=3");
        Assert.That((builder.ApplicationName, builder.SslMode, builder.RootCertificate, builder.Timeout), Is.EqualTo(("my-app", Npgsql.SslMode.VerifyFull, "/etc/my-ca.pem", 3)));
    }

    [TestCase("Host=h;Timeout=0;Command Timeout=0", 5, 30)]
    [TestCase("Host=h;Timeout=2;Command Timeout=7", 2, 7)]
    [TestCase("Host=h;Timeout=900;Command Timeout=900", 5, 30)]
    public void Connections_and_commands_have_timeouts(string text, int connect, int command)
    {
        var builder = ConnectionString.Parse(text);
        Assert.That((builder.Timeout, builder.CommandTimeout), Is.EqualTo((connect, command)));
    }

    [Test]
    public void A_password_may_look_like_a_URI() => Assert.That(ConnectionString.Parse("Host=h;Password=a://b").Password, Is.EqualTo("a://b"));
}
