using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using QCluster.Launching.Servers;
using QCluster.Redis;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Redis.Connection;

public sealed class RefusalTests : RedisConnectionFixture
{
    [Test]
    public async Task A_replica_is_an_error_until_it_becomes_the_primary()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync();
        await using var connection = Connect(replica.Endpoint, Hasty);
        await IncrementAsync(connection, "failover");
        await replica.CallAsync("REPLICAOF", primary.Peer.Host, primary.Peer.Port);
        var error = await FailureOf(() => IncrementAsync(connection, "failover"));
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.ReadOnly), error.Message);
        var call = IncrementAsync(connection, "failover", RetryMode.Never);
        await replica.CallAsync("REPLICAOF", "NO", "ONE");
        Assert.That(await call, Is.GreaterThan(0));
    }

    [Test]
    public async Task The_primary_among_several_endpoints_is_used()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--replicaof", primary.Peer.Host, primary.Peer.Port] });
        await using var connection = Connect($"{replica.Endpoint},127.0.0.1:{FreePort.Next()},{primary.Endpoint}");
        await IncrementAsync(connection, "several");
        Assert.That(await primary.CallAsync("GET", "several"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_server_without_memory_is_an_error_at_once()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--maxmemory", "1mb", "--maxmemory-policy", "noeviction"] });
        await using var connection = Connect(server.Endpoint);
        var write = new RedisScript("write", "return redis.call('SET', KEYS[1], ARGV[1])");
        var clock = Stopwatch.StartNew();
        var byScript = await FailureOf(() => connection.ScriptAsync(write, ["oom"], [new byte[1 << 20]], RetryMode.Idempotent));
        var byCommand = await FailureOf(() => connection.ExecuteAsync("SET", [(RedisKey)"oom", new byte[1 << 20]], RetryMode.Idempotent));
        Assert.Multiple(() =>
        {
            Assert.That(byScript.Problem, Is.EqualTo(BrokerProblem.OutOfMemory));
            Assert.That(byCommand.Problem, Is.EqualTo(BrokerProblem.OutOfMemory));
            Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(5));
        });
    }

    [TestCase(",password=wrong")]
    [TestCase("")]
    public async Task A_wrong_or_missing_password_is_an_error_at_once(string password)
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { Password = "right" });
        await using var connection = Connect($"127.0.0.1:{server.Port}{password}");
        var clock = Stopwatch.StartNew();
        var error = await FailureOf(() => connection.RoundTripAsync());
        Assert.Multiple(() =>
        {
            Assert.That(error.Problem, Is.EqualTo(BrokerProblem.AccessDenied));
            Assert.That(error.ToString(), Does.Not.Contain("wrong"));
            Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(5));
        });
    }

    [Test]
    public async Task The_right_password_is_accepted_and_another_database_used()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { Password = "p@ss/word" });
        await using var connection = Connect($"redis://:p%40ss%2Fword@localhost:{server.Port}/3");
        await IncrementAsync(connection, "there");
        Assert.That(await server.CallAsync("INFO", "keyspace"), Does.Contain("db3:keys=1"));
    }

    [Test]
    public async Task An_untrusted_certificate_is_refused_at_once_with_the_reason()
        => await WithTlsServerAsync(async port =>
        {
            await using var connection = Connect($"rediss://localhost:{port}");
            var error = await FailureOf(() => connection.RoundTripAsync());
            Assert.That(error.Problem, Is.EqualTo(BrokerProblem.AccessDenied));
            Assert.That(error.Message, Does.Contain("TLS").And.Contain("certificate"));
        });

    [Test]
    public async Task A_plain_address_of_a_TLS_port_is_an_error_at_once_that_says_so()
        => await WithTlsServerAsync(async port =>
        {
            await using var connection = Connect($"localhost:{port}");
            var error = await FailureOf(() => connection.RoundTripAsync());
            Assert.That(error.Problem, Is.EqualTo(BrokerProblem.AccessDenied));
            Assert.That(error.Message, Does.Contain("speaks TLS").And.Contain("rediss://"));
        });

    private static async Task WithTlsServerAsync(Func<int, Task> test)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var folder = Directory.CreateTempSubdirectory("qcluster-tls-");
        try
        {
            var (publicPart, privatePart) = (Path.Combine(folder.FullName, "certificate.pem"), Path.Combine(folder.FullName, "key.pem"));
            await File.WriteAllTextAsync(publicPart, certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(privatePart, key.ExportPkcs8PrivateKeyPem());
            await using var server = await RedisServer.StartAsync(new RedisServerOptions { Tls = new TlsFiles(publicPart, privatePart) });
            await test(server.TlsPort);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_server_that_is_too_old_is_named_with_its_version()
    {
        await using var old = new ScriptedRedis(command => command switch
        {
            "INFO server" => ScriptedRedis.Bulk("# Server\r\nredis_version:5.0.14\r\nredis_mode:standalone\r\n"),
            "INFO replication" => ScriptedRedis.Bulk("# Replication\r\nrole:master\r\n"),
            "PING" => "+PONG\r\n",
            _ when command.StartsWith("ECHO ", StringComparison.Ordinal) => ScriptedRedis.Bulk(command[5..]),
            _ when command.StartsWith("CLIENT ", StringComparison.Ordinal) => "+OK\r\n",
            _ => "-ERR unknown command\r\n",
        });
        await using var connection = Connect(old.Endpoint);
        var error = await FailureOf(() => connection.RoundTripAsync());
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.TooOld));
        Assert.That(error.Message, Does.Contain("5.0.14").And.Contain("6.2").And.Contain(old.Endpoint));
    }

    [Test]
    public async Task A_server_that_is_not_Redis_is_reported_as_such()
    {
        await using var other = new ScriptedRedis(_ => "HTTP/1.1 400 Bad Request\r\n\r\n");
        await using var connection = Connect(other.Endpoint, Hasty);
        var error = await FailureOf(() => connection.RoundTripAsync());
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.Unavailable));
        Assert.That(error.Message, Does.Contain("does not speak the Redis protocol").And.Contain(other.Endpoint));
    }

    [TestCase("")]
    [TestCase("secret")]
    public async Task The_sentinels_are_asked_for_the_primary(string password)
    {
        var secret = password.Length > 0 ? password : null;
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { Password = secret });
        await using var sentinel = await StartSentinelAsync(server, secret, secret);
        var suffix = password.Length > 0 ? ",password=" + password : "";
        await using var connection = Connect($"127.0.0.1:{FreePort.Next()},{sentinel.Endpoint},serviceName=mine{suffix}");
        Assert.That(await IncrementAsync(connection, "by sentinel"), Is.EqualTo(1));
        await using var unknown = Connect($"{sentinel.Endpoint},serviceName=other{suffix}", Hasty);
        Assert.That((await FailureOf(() => unknown.RoundTripAsync())).Message, Does.Contain("no primary named 'other'"));
    }

    [Test]
    public async Task Servers_with_a_password_accept_it_where_sentinels_have_none()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { Password = "secret" });
        await using var sentinel = await StartSentinelAsync(server, "secret", ownPassword: null);
        await using var connection = Connect($"{sentinel.Endpoint},serviceName=mine,password=secret");
        Assert.That(await IncrementAsync(connection, "by sentinel"), Is.EqualTo(1));
    }

    private static async Task<RedisServer> StartSentinelAsync(RedisServer primary, string? password, string? ownPassword)
    {
        var sentinel = await RedisServer.StartAsync(new RedisServerOptions { Sentinel = true, Password = ownPassword });
        await sentinel.CallAsync("SENTINEL", "MONITOR", "mine", primary.Peer.Host, primary.Peer.Port, "1");
        if (password is not null)
            await sentinel.CallAsync("SENTINEL", "SET", "mine", "auth-pass", password);
        return sentinel;
    }

    [Test]
    public async Task A_silent_server_is_distinguished_from_an_absent_one()
    {
        await using var server = await RedisServer.StartAsync();
        await using var silent = Connect(server.Endpoint, Hasty);
        await using var absent = Connect($"127.0.0.1:{FreePort.Next()}", Hasty);
        await server.PauseAsync();
        var error = await FailureOf(() => silent.RoundTripAsync());
        await server.ResumeAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(error.Message, Does.Contain("did not answer within 1 s"));
            Assert.That((await FailureOf(() => absent.RoundTripAsync())).Message, Does.Contain("refused"));
        });
    }

    [Test]
    public async Task A_user_of_an_access_list_is_accepted_by_name()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CallAsync("ACL", "SETUSER", "worker", "on", ">secret", "~*", "&*", "+@all");
        await server.CallAsync("ACL", "SETUSER", "default", "off");
        await using var connection = Connect($"redis://worker:secret@{server.Endpoint}");
        Assert.That(await IncrementAsync(connection, "by name"), Is.EqualTo(1));
        await using var wrong = Connect($"redis://worker:wrong@{server.Endpoint}");
        var error = await FailureOf(() => wrong.RoundTripAsync());
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.AccessDenied), error.Message);
    }

    /// <summary>Some proxies and access lists refuse HELLO: then there are two sockets, and messages come over the second.</summary>
    [Test]
    public async Task A_server_without_hello_carries_calls_and_messages()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--rename-command", "HELLO", ""] });
        await using var connection = Connect(server.Endpoint);
        var received = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var subscription = await connection.SubscribeAsync("plain", message => received.TrySetResult(message));
        await connection.ExecuteAsync("PUBLISH", ["plain", "there"], RetryMode.Idempotent);
        Assert.That(await received.Task.WaitAsync(TimeSpan.FromSeconds(5)), Is.EqualTo("there"u8.ToArray()));
    }
}
