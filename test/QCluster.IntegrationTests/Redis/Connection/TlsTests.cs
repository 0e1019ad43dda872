using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Redis;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Redis.Connection;

/// <summary>Certificates of an authority of one's own, on both sides.</summary>
public sealed class TlsTests : RedisConnectionFixture
{
    private const string Name = "redis.internal";

    private TestAuthority _authority = null!;

    [OneTimeSetUp]
    public void MakeAuthority() => _authority = new TestAuthority();

    [OneTimeTearDown]
    public void RemoveAuthority() => _authority.Dispose();

    private Task<RedisServer> StartAsync(TestCertificate shown, bool wantsClients = false) => RedisServer.StartAsync(new RedisServerOptions
    {
        Tls = new TlsFiles(shown.File, shown.KeyFile),
        ExtraArguments = wantsClients ? ["--tls-ca-cert-file", _authority.CertificateFile, "--tls-auth-clients", "yes"] : [],
    });

    private static RedisConnection Connect(RedisServer server, RedisTls? tls, RedisConnectionOptions? options = null) =>
        RedisConnection.Create(RedisSettings.Parse($"rediss://127.0.0.1:{server.TlsPort}", tls), options ?? Hasty, NullLogger.Instance, TimeProvider.System);

    [Test]
    public async Task Only_the_configured_authority_and_name_are_trusted()
    {
        await using var server = await StartAsync(_authority.Issue(Name));
        await using var connection = Connect(server, new RedisTls(Ca: _authority.CertificateFile, Host: Name));
        Assert.That(await IncrementAsync(connection, "tls"), Is.EqualTo(1));
        await using var subscription = await connection.SubscribeAsync("channel", _ => { });

        await using var unnamed = Connect(server, new RedisTls(Ca: _authority.CertificateFile));
        var byName = await FailureOf(() => unnamed.RoundTripAsync());
        await using var untrusting = Connect(server, new RedisTls(Host: Name));
        var byTrust = await FailureOf(() => untrusting.RoundTripAsync());
        using var other = new TestAuthority();
        await using var elsewhere = Connect(server, new RedisTls(Ca: other.CertificateFile, Host: Name));
        var byAuthority = await FailureOf(() => elsewhere.RoundTripAsync());
        Assert.Multiple(() =>
        {
            Assert.That(byName.Problem, Is.EqualTo(BrokerProblem.AccessDenied));
            Assert.That(byName.Message, Does.Contain($"it is for {Name}, not for 127.0.0.1").And.Contain("redis_tls_host"));
            Assert.That(byTrust.Message, Does.Contain($"subject 'CN={Name}', issuer 'CN=QCluster test authority'").And.Contain("redis_ca"));
            Assert.That(byAuthority.Message, Does.Contain("no authority in redis_ca has issued it"));
        });
    }

    [Test]
    public async Task A_server_that_requires_a_client_certificate_gets_it()
    {
        var own = _authority.Issue("app", isClient: true);
        await using var server = await StartAsync(_authority.Issue(Name), wantsClients: true);
        await using var connection = Connect(server, new RedisTls(_authority.CertificateFile, own.File, own.KeyFile, Name));
        Assert.That(await IncrementAsync(connection, "mutual"), Is.EqualTo(1));

        await using var without = Connect(server, new RedisTls(Ca: _authority.CertificateFile, Host: Name));
        Assert.That((await FailureOf(() => without.RoundTripAsync())).Message, Does.Contain("redis_cert"));
    }

    [Test]
    public async Task A_certificate_and_its_key_may_be_in_one_file()
    {
        var own = _authority.Issue("app", isClient: true);
        await File.AppendAllTextAsync(own.File, "\n" + await File.ReadAllTextAsync(own.KeyFile));
        await using var server = await StartAsync(_authority.Issue(Name), wantsClients: true);
        await using var connection = Connect(server, new RedisTls(_authority.CertificateFile, own.File, null, Name));
        Assert.That(await IncrementAsync(connection, "one file"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_expired_certificate_is_refused_with_its_dates()
    {
        await using var server = await StartAsync(_authority.Issue(Name, isExpired: true));
        await using var connection = Connect(server, new RedisTls(Ca: _authority.CertificateFile, Host: Name));
        Assert.That((await FailureOf(() => connection.RoundTripAsync())).Message, Does.Contain("is not valid now (it is valid from"));
    }

    [Test]
    public async Task A_renewed_certificate_is_shown_at_the_next_connect()
    {
        using var other = new TestAuthority();
        var own = other.Issue("app", isClient: true);
        await using var server = await StartAsync(_authority.Issue(Name), wantsClients: true);
        await using var connection = Connect(server, new RedisTls(_authority.CertificateFile, own.File, own.KeyFile, Name), Options);
        await FailureOf(() => connection.RoundTripAsync());
        var renewed = _authority.Issue("app", isClient: true);
        File.Copy(renewed.File, own.File, overwrite: true);
        File.Copy(renewed.KeyFile, own.KeyFile, overwrite: true);
        await connection.RoundTripAsync();
    }

    [Test]
    public async Task A_connect_waits_for_the_key_of_a_renewed_certificate()
    {
        var own = _authority.Issue("app", isClient: true);
        await using var server = await StartAsync(_authority.Issue(Name), wantsClients: true);
        await using var connection = Connect(server, new RedisTls(_authority.CertificateFile, own.File, own.KeyFile, Name), Options);
        var renewed = _authority.Issue("app", isClient: true);
        File.Copy(renewed.File, own.File, overwrite: true);
        var connecting = connection.RoundTripAsync();
        await Task.Delay(500);
        Assert.That(connecting.IsCompleted, Is.False);
        File.Copy(renewed.KeyFile, own.KeyFile, overwrite: true);
        await connecting;
    }

    [Test]
    public async Task A_connect_waits_while_a_certificate_file_is_locked()
    {
        var own = _authority.Issue("app", isClient: true);
        await using var server = await StartAsync(_authority.Issue(Name), wantsClients: true);
        await using var connection = Connect(server, new RedisTls(_authority.CertificateFile, own.File, own.KeyFile, Name), Options);
        Task<TimeSpan> connecting;
        await using (new FileStream(own.File, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            connecting = connection.RoundTripAsync();
            await Task.Delay(500);
            Assert.That(connecting.IsCompleted, Is.False);
        }

        await connecting;
    }

    [Test]
    public async Task A_missing_certificate_file_is_named_at_the_end_of_the_call()
    {
        var own = _authority.Issue("app", isClient: true);
        await using var server = await StartAsync(_authority.Issue(Name), wantsClients: true);
        await using var connection = Connect(server, new RedisTls(_authority.CertificateFile, own.File, own.KeyFile, Name));
        File.Delete(own.File);
        Assert.That((await FailureOf(() => connection.RoundTripAsync())).Message, Does.Contain(own.File).And.Contain("redis_cert"));
    }

    [Test]
    public void Unusable_files_are_named_with_their_setting()
    {
        var own = _authority.Issue("app", isClient: true);
        var another = _authority.Issue("app", isClient: true);
        Assert.Multiple(() =>
        {
            Assert.That(() => new QClusterOptions { Redis = "rediss://h", RedisCa = "/no/such.pem" }.Validate(), Refuses("redis_ca"));
            Assert.That(() => new QClusterOptions { Redis = "rediss://h", RedisCa = own.KeyFile }.Validate(), Refuses("redis_ca"));
            Assert.That(() => new QClusterOptions { Redis = "rediss://h", RedisCert = own.File, RedisKey = another.KeyFile }.Validate(), Refuses("redis_cert"));
            Assert.That(() => new QClusterOptions { Redis = "rediss://h", RedisKey = own.KeyFile }.Validate(), Refuses("redis_key"));
            Assert.That(() => new QClusterOptions { Redis = "h", RedisCa = _authority.CertificateFile }.ToRedisSettings(), Refuses("redis"));
        });
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refuses(string setting) => Throws.TypeOf<InvalidSettingException>().With.Property("Setting").EqualTo(setting);
}
