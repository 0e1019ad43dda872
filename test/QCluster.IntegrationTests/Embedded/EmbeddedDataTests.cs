using System.Net;
using System.Net.Sockets;
using QCluster.IntegrationTests.Redis.Connection;
using RedisConnectionOptions = QCluster.Redis.RedisConnectionOptions;
using RedisScript = QCluster.Redis.RedisScript;
using RetryMode = QCluster.Redis.RetryMode;

namespace QCluster.IntegrationTests.Embedded;

/// <summary>What the folder of an embedded server keeps, and what is said when it cannot be used.</summary>
public sealed class EmbeddedDataTests : RedisConnectionFixture
{
    private static readonly RedisScript Pair = new("pair", "redis.call('RPUSH', 'one', ARGV[1]); redis.call('HSET', 'two', ARGV[1], string.rep('x', 500)); redis.call('SET', ARGV[1], '1', 'PX', 3600000); return redis.call('LLEN', 'one')");

    private static readonly RedisConnectionOptions Patient = Options with { ReplyTimeout = TimeSpan.FromSeconds(10), CallTimeout = TimeSpan.FromSeconds(30) };

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("qcluster-embedded-test-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private EmbeddedServerOptions Here => new() { Folder = Path.Combine(_folder, "data") };

    [Test]
    public async Task Data_are_there_after_a_stop()
    {
        for (var round = 1; round <= 3; round++)
        {
            await using var server = await EmbeddedServer.StartAsync(Here);
            await using var connection = Connect(server.ConnectionString, Patient);
            for (var i = 0; i < 100; i++)
                Assert.That((int)await connection.ScriptAsync(Pair, ["one"], [$"{round}-{i}"], RetryMode.Never), Is.EqualTo(((round - 1) * 100) + i + 1));
            Assert.That((int)await connection.ExecuteAsync("HLEN", ["two"], RetryMode.Idempotent), Is.EqualTo(round * 100));
        }
    }

    [Test]
    public async Task Kill_loses_nothing_that_was_answered_and_halves_no_script()
    {
        var answered = 0;
        await using var killed = await EmbeddedProcess.StartAsync(Here.Folder!);
        for (var round = 0; round < 5; round++)
        {
            await using (var connection = Connect(killed.Endpoint, Hasty))
            {
                Assert.That((int)await connection.ExecuteAsync("LLEN", ["one"], RetryMode.Idempotent), Is.InRange(answered, answered + 64));
                answered = (int)await connection.ExecuteAsync("LLEN", ["one"], RetryMode.Idempotent);
                Assert.That((int)await connection.ExecuteAsync("HLEN", ["two"], RetryMode.Idempotent), Is.EqualTo(answered), "a script is there whole or not at all");
                var kill = Task.Delay(400).ContinueWith(_ => killed.KillAsync(), TaskScheduler.Default).Unwrap();
                var writers = Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
                {
                    try
                    {
                        for (var i = 0; ; i++)
                        {
                            await connection.ScriptAsync(Pair, ["one"], [$"{round}-{w}-{i}"], RetryMode.Never);
                            Interlocked.Increment(ref answered);
                        }
                    }
                    catch (BrokerException)
                    {
                        // Killed.
                    }
                }));
                await Task.WhenAll(writers);
                await kill;
            }

            await killed.StartAgainAsync();
            // What follows stands on a full copy of the data.
            if (round == 2)
            {
                Assert.That(await killed.StopAsync(), Is.Null);
                await killed.StartAgainAsync();
            }
        }

        await using var last = Connect(killed.Endpoint, Patient);
        Assert.That((int)await last.ExecuteAsync("LLEN", ["one"], RetryMode.Idempotent), Is.GreaterThanOrEqualTo(answered));
        Assert.That(answered, Is.GreaterThan(100));
    }

    [Test]
    public async Task Folder_that_another_server_uses_is_refused()
    {
        await using var server = await EmbeddedServer.StartAsync(Here);
        Assert.That(async () => await EmbeddedServer.StartAsync(Here), Throws.TypeOf<IOException>().With.Message.Contains($"Another embedded server uses the folder '{Here.Folder}'"));
    }

    [Test]
    public void Folder_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(Here.Folder!, "in the way");
        Assert.That(async () => await EmbeddedServer.StartAsync(Here), Throws.TypeOf<IOException>().With.Message.Contains(Here.Folder));
    }

    [Test]
    public void Data_of_a_later_version_are_refused()
    {
        Directory.CreateDirectory(Here.Folder!);
        File.WriteAllText(Path.Combine(Here.Folder!, "version"), "2");
        Assert.That(async () => await EmbeddedServer.StartAsync(Here), Throws.TypeOf<IOException>().With.Message.Contains("are of version 2, and this QCluster reads versions up to 1"));
    }

    [Test]
    public void Port_that_is_taken_is_refused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var options = new EmbeddedServerOptions { Folder = Here.Folder, Port = port };
        Assert.That(async () => await EmbeddedServer.StartAsync(options), Throws.TypeOf<IOException>().With.Message.Contains($"port {port} of 127.0.0.1"));
    }

    [Test]
    public async Task Cut_append_only_file_is_read_as_far_as_it_goes_and_the_rest_named()
    {
        await using (var killed = await EmbeddedProcess.StartAsync(Here.Folder!))
        {
            await using var connection = Connect(killed.Endpoint, Patient);
            for (var i = 0; i < 200; i++)
                await connection.ScriptAsync(Pair, ["one"], [$"{i}"], RetryMode.Never);
            await killed.KillAsync();
        }

        var file = Directory.EnumerateFiles(Here.Folder!, "aof.log.*", SearchOption.AllDirectories).Single();
        await using (var stream = File.OpenWrite(file))
            stream.SetLength(stream.Length * 2 / 3);
        await using var server = await EmbeddedServer.StartAsync(Here);
        await using var after = Connect(server.ConnectionString, Patient);
        var kept = (int)await after.ExecuteAsync("LLEN", ["one"], RetryMode.Idempotent);
        Assert.That(kept, Is.InRange(50, 199));
        Assert.That((int)await after.ExecuteAsync("HLEN", ["two"], RetryMode.Idempotent), Is.EqualTo(kept));
        Assert.That(server.Warning, Does.Contain("aof.log"));
    }

    [Test]
    public async Task Full_disk_ends_the_server_with_the_reason_and_nothing_answered_is_lost()
    {
        var answered = 0;
        await using (var full = await EmbeddedProcess.StartFullAsync(Here.Folder!, 400_000))
        {
            await using var connection = Connect(full.Endpoint, Hasty);
            await FailureOf(async () =>
            {
                for (; answered < 10_000; answered++)
                    await connection.ScriptAsync(Pair, ["one"], [$"{answered}"], RetryMode.Never);
            });
            await full.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
            Assert.That(full.ExitCode, Is.EqualTo(1));
            Assert.That(full.Log, Does.Contain("The embedded server cannot write its data: '").And.Contain("aof.log").And.Contain("Make room or mend the disk"));
        }

        Assert.That(answered, Is.GreaterThan(50));
        await using var server = await EmbeddedServer.StartAsync(Here);
        await using var after = Connect(server.ConnectionString, Patient);
        Assert.That((int)await after.ExecuteAsync("LLEN", ["one"], RetryMode.Idempotent), Is.InRange(answered, answered + 1));
    }
}
