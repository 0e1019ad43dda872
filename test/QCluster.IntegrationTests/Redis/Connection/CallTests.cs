using System.Diagnostics;
using QCluster.Redis;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Redis.Connection;

public sealed class CallTests : RedisConnectionFixture
{
    private RedisServer _server = null!;
    private RedisConnection _connection = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await RedisServer.StartAsync();
        _connection = Connect(_server.Endpoint);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_script_the_server_does_not_have_is_sent_with_its_text()
    {
        var first = await IncrementAsync(_connection, "noscript");
        await _server.CallAsync("SCRIPT", "FLUSH");
        var second = await IncrementAsync(_connection, "noscript", RetryMode.Never);
        var third = await IncrementAsync(_connection, "noscript");
        Assert.That((first, second, third), Is.EqualTo((1, 2, 3)));
    }

    [Test]
    public async Task Keys_and_arguments_arrive_unchanged_with_the_script_text_too()
    {
        var echo = new RedisScript("echo", $"-- {Guid.NewGuid()}\nreturn {{KEYS[1], KEYS[2], ARGV[1], ARGV[2]}}");
        byte[] bytes = [0, 255, 13, 10, 128];
        for (var i = 0; i < 2; i++)
        {
            var reply = ((RedisResult[]?)await _connection.ScriptAsync(echo, ["a", "b"], [bytes, 42], RetryMode.Idempotent))!;
            Assert.Multiple(() =>
            {
                Assert.That((string?)reply[1], Is.EqualTo("b"));
                Assert.That((byte[]?)reply[2], Is.EqualTo(bytes));
                Assert.That((int)reply[3], Is.EqualTo(42));
            });
        }
    }

    [Test]
    public async Task A_hundred_thousand_calls_at_once_all_complete()
    {
        var clock = Stopwatch.StartNew();
        var calls = new Task<RedisResult>[100_000];
        RedisKey[] keys = ["many"];
        for (var i = 0; i < calls.Length; i++) calls[i] = _connection.ScriptAsync(Increment, keys, [], RetryMode.Never);
        await Task.WhenAll(calls);
        TestContext.Out.WriteLine($"{calls.Length / clock.Elapsed.TotalSeconds:N0} calls/s");
        Assert.That(await GetAsync(_connection, "many"), Is.EqualTo("100000"));
    }

    [Test]
    public async Task A_cancelled_call_ends_at_once_and_affects_no_other()
    {
        using var canceled = new CancellationTokenSource();
        await _connection.RoundTripAsync();
        await using var proxy = new FaultProxy(_server.Port);
        await using var connection = Connect(proxy.Endpoint);
        await connection.RoundTripAsync();
        proxy.Freeze();
        var call = connection.ExecuteAsync("PING", [], RetryMode.Idempotent, canceled.Token);
        await canceled.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        proxy.Thaw();
        Assert.That(await IncrementAsync(connection, "after cancel"), Is.EqualTo(1));
        Assert.That(async () => await connection.ExecuteAsync("PING", [], RetryMode.Idempotent, canceled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task An_error_of_a_script_keeps_its_text()
    {
        var failing = new RedisScript("failing", "return redis.error_reply('MINE what the script says')");
        var error = await FailureOf(() => _connection.ScriptAsync(failing, [], [], RetryMode.Idempotent));
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.Other));
        Assert.That(error.Message, Does.Contain("MINE what the script says").And.Contain("the script failing"));
    }

    [Test]
    public async Task A_server_busy_with_a_script_is_waited_for()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--lua-time-limit", "50"] });
        await using var connection = Connect(server.Endpoint);
        await connection.RoundTripAsync();
        var spinning = server.CallAsync("EVAL", "while true do end", "0");
        await Eventually.IsTrue(async () => await PingError(server) is { } text && text.StartsWith("BUSY", StringComparison.Ordinal));
        var call = IncrementAsync(connection, "busy", RetryMode.Never);
        await server.CallAsync("SCRIPT", "KILL");
        Assert.That(await call, Is.EqualTo(1));
        Assert.That(async () => await spinning, Throws.InvalidOperationException);
    }

    [Test]
    public async Task The_round_trip_is_measured()
    {
        await _connection.RoundTripAsync();
        Assert.That(await _connection.RoundTripAsync(), Is.LessThan(TimeSpan.FromMilliseconds(500)));
        Assert.That(_connection.ServerVersion, Is.GreaterThanOrEqualTo(new Version(6, 2)));
        Assert.That(await _server.CallAsync("CLIENT", "LIST"), Does.Contain("name=qcluster-tests"));
    }

    [Test]
    public async Task An_idle_connection_costs_the_server_next_to_nothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        await using var blocking = ConnectBlocking(server.Endpoint);
        await connection.RoundTripAsync();
        var plain = await CommandsIn(server, TimeSpan.FromSeconds(4));
        using var stop = new CancellationTokenSource();
        await blocking.ExecuteAsync("BLPOP", [(RedisKey)"never", 0.01], TimeSpan.FromSeconds(1));
        var waiting = BlockAsync(blocking, stop.Token);
        var blocked = await CommandsIn(server, TimeSpan.FromSeconds(6));
        await using var subscription = await connection.SubscribeAsync("idle", _ => { });
        var all = await CommandsIn(server, TimeSpan.FromSeconds(4));
        await stop.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        TestContext.Out.WriteLine($"idle: {plain:0.0}/s, with a blocking one: {blocked:0.0}/s, with a subscription: {all:0.0}/s; threads {Process.GetCurrentProcess().Threads.Count}");
        Assert.That(plain, Is.LessThan(0.5));
        Assert.That(all, Is.LessThan(3.6));
    }

    private static async Task BlockAsync(RedisBlockingConnection blocking, CancellationToken cancellationToken)
    {
        while (true) await blocking.ExecuteAsync("BLPOP", [(RedisKey)"never", 3], TimeSpan.FromSeconds(3), cancellationToken);
    }

    private static async Task<double> CommandsIn(RedisServer server, TimeSpan time)
    {
        async Task<long> Count()
        {
            var line = (await server.CallAsync("INFO", "stats")).Split("\r\n").First(part => part.StartsWith("total_commands_processed:", StringComparison.Ordinal));
            return long.Parse(line[(line.IndexOf(':') + 1)..]);
        }

        var before = await Count();
        // The passing of time is what is measured here.
        await Task.Delay(time);
        return (await Count() - before - 1) / time.TotalSeconds;
    }

    private static async Task<string?> PingError(RedisServer server)
    {
        try
        {
            await server.CallAsync("PING");
            return null;
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }
}
