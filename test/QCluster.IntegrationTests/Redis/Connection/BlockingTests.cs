using System.Diagnostics;
using QCluster.Redis;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Redis.Connection;

public sealed class BlockingTests : RedisConnectionFixture
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private RedisServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_blocked_pop_wakes_within_milliseconds()
    {
        await using var blocking = ConnectBlocking(_server.Endpoint);
        await using var connection = Connect(_server.Endpoint);
        await connection.RoundTripAsync();
        var times = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            var pop = PopAsync(blocking, "wake", Long);
            await BlockedAsync(_server, 1);
            var clock = Stopwatch.StartNew();
            await connection.ExecuteAsync("RPUSH", [(RedisKey)"wake", i], RetryMode.Never);
            Assert.That(await pop, Is.EqualTo(i.ToString()));
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        TestContext.Out.WriteLine($"wake-up median {times[25]:0.00} ms, worst {times[^1]:0.00} ms");
        Assert.That(times[25], Is.LessThan(20));
    }

    [Test]
    public async Task A_block_longer_than_every_timeout_keeps_its_connection()
    {
        await using var proxy = new FaultProxy(_server.Port);
        await using var blocking = ConnectBlocking(proxy.Endpoint, Options with { ReplyTimeout = TimeSpan.FromSeconds(2) });
        Assert.That(await PopAsync(blocking, "nothing", TimeSpan.FromSeconds(1)), Is.Null);
        var before = proxy.Accepted;
        Assert.That(await PopAsync(blocking, "nothing", TimeSpan.FromSeconds(5)), Is.Null);
        Assert.That(proxy.Accepted, Is.EqualTo(before));
    }

    [Test]
    public async Task A_lost_connection_is_reported_and_the_next_call_gets_a_new_one()
    {
        await using var server = await RedisServer.StartAsync();
        await using var blocking = ConnectBlocking(server.Endpoint);
        var pop = PopAsync(blocking, "restart", Long);
        await BlockedAsync(server, 1);
        await server.KillAsync();
        Assert.That((await FailureOf(() => pop)).Problem, Is.EqualTo(BrokerProblem.Unavailable));
        pop = PopAsync(blocking, "restart", Long);
        await server.StartAgainAsync();
        await BlockedAsync(server, 1);
        await server.CallAsync("RPUSH", "restart", "after");
        Assert.That(await pop, Is.EqualTo("after"));
    }

    [Test]
    public async Task Cancelling_releases_the_caller_at_once_and_frees_the_server()
    {
        await using var server = await RedisServer.StartAsync();
        await using var blocking = ConnectBlocking(server.Endpoint);
        for (var i = 0; i < 5; i++)
        {
            using var stop = new CancellationTokenSource();
            var pop = PopAsync(blocking, "cancel", Long, stop.Token);
            await BlockedAsync(server, 1);
            var clock = Stopwatch.StartNew();
            await stop.CancelAsync();
            Assert.That(async () => await pop, Throws.InstanceOf<OperationCanceledException>());
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromMilliseconds(250)));
            await BlockedAsync(server, 0);
        }

        await server.CallAsync("RPUSH", "cancel", "kept");
        Assert.That(await PopAsync(blocking, "cancel", Long), Is.EqualTo("kept"));
    }

    [Test]
    public async Task A_server_that_stops_during_a_block_is_an_error_at_its_timeout()
    {
        await using var server = await RedisServer.StartAsync();
        await using var blocking = ConnectBlocking(server.Endpoint);
        var clock = Stopwatch.StartNew();
        var pop = PopAsync(blocking, "stopped", TimeSpan.FromSeconds(1));
        await BlockedAsync(server, 1);
        await server.PauseAsync();
        var error = await FailureOf(() => pop);
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.Unavailable));
        Assert.That(clock.Elapsed.TotalSeconds, Is.InRange(1.4, 2.5));
        await server.ResumeAsync();
        // Not before the server has seen that the first caller is gone: it would still be served.
        await BlockedAsync(server, 0);
        await server.CallAsync("RPUSH", "stopped", "after");
        Assert.That(await PopAsync(blocking, "stopped", Long), Is.EqualTo("after"));
    }

    private static async Task<string?> PopAsync(RedisBlockingConnection blocking, string key, TimeSpan time, CancellationToken cancellationToken = default)
    {
        var reply = await blocking.ExecuteAsync("BLPOP", [(RedisKey)key, time.TotalSeconds], time, cancellationToken);
        return reply.IsNull ? null : (string?)((RedisResult[]?)reply)![1];
    }

    private static Task BlockedAsync(RedisServer server, int clients)
        => Eventually.IsTrue(async () => (await server.CallAsync("INFO", "clients")).Contains($"blocked_clients:{clients}\r", StringComparison.Ordinal));
}
