using System.Collections.Concurrent;
using System.Diagnostics;
using QCluster.Launching.Servers;
using QCluster.Redis;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Redis.Connection;

public sealed class OutageTests : RedisConnectionFixture
{
    [Test]
    public async Task Calls_made_during_an_outage_of_3_seconds_succeed()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = true });
        await using var connection = Connect(server.Endpoint);
        await IncrementAsync(connection, "restart");
        await server.StopAsync();
        var calls = Enumerable.Range(0, 100).Select(i => IncrementAsync(connection, "restart", i % 2 == 0 ? RetryMode.Idempotent : RetryMode.Never)).ToArray();
        // The length of the outage is the point.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await server.StartAgainAsync();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(calls);
        TestContext.Out.WriteLine($"all calls done {clock.ElapsedMilliseconds} ms after the server answered");
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(await GetAsync(connection, "restart"), Is.EqualTo("101"));
    }

    [Test]
    public async Task A_server_that_stays_unavailable_is_an_error_at_the_call_timeout()
    {
        var endpoint = $"127.0.0.1:{FreePort.Next()}";
        await using var connection = Connect(endpoint, Hasty);
        var clock = Stopwatch.StartNew();
        var error = await FailureOf(() => connection.RoundTripAsync());
        Assert.Multiple(() =>
        {
            Assert.That(error.Problem, Is.EqualTo(BrokerProblem.Unavailable));
            Assert.That(error.Message, Does.Contain(endpoint).And.Contain("tried for 1.").And.Contain("refused"));
            Assert.That(clock.Elapsed.TotalSeconds, Is.InRange(1.3, 2.5));
        });
    }

    [Test]
    public async Task A_stopped_server_is_an_error_in_time_and_used_once_it_resumes()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint, Hasty);
        await connection.RoundTripAsync();
        await server.PauseAsync();
        var clock = Stopwatch.StartNew();
        var never = FailureOf(() => IncrementAsync(connection, "stopped", RetryMode.Never));
        var retried = FailureOf(() => IncrementAsync(connection, "stopped"));
        Assert.That((await never).Problem, Is.EqualTo(BrokerProblem.Unavailable));
        Assert.That(clock.Elapsed.TotalSeconds, Is.InRange(0.4, 1.2), "a call that may not be repeated");
        Assert.That((await retried).Problem, Is.EqualTo(BrokerProblem.Unavailable));
        Assert.That(clock.Elapsed.TotalSeconds, Is.InRange(1.3, 3), "a call that may");
        await server.ResumeAsync();
        clock.Restart();
        await connection.RoundTripAsync();
        TestContext.Out.WriteLine($"usable {clock.ElapsedMilliseconds} ms after SIGCONT");
        Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(1.6));
    }

    [Test]
    public async Task A_lost_reply_is_retried_when_safe_and_reported_otherwise()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        await IncrementAsync(connection, "lost");

        var cut = proxy.CutReplyTo(Increment.HashHex);
        var clock = Stopwatch.StartNew();
        Assert.That(await IncrementAsync(connection, "lost"), Is.EqualTo(3), "it ran, its reply was lost, it ran again");
        TestContext.Out.WriteLine($"replaced and retried in {clock.ElapsedMilliseconds} ms");
        await cut;

        cut = proxy.CutReplyTo(Increment.HashHex);
        var error = await FailureOf(() => IncrementAsync(connection, "lost", RetryMode.Never));
        await cut;
        Assert.Multiple(() =>
        {
            Assert.That(error.Problem, Is.EqualTo(BrokerProblem.Unavailable));
            Assert.That(error.Message, Does.Contain("It may or may not have run"));
        });
        Assert.That(await GetAsync(connection, "lost"), Is.EqualTo("4"));
    }

    [Test]
    public async Task A_cut_affects_only_the_calls_without_a_reply()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        await IncrementAsync(connection, "pipelined");
        var cut = proxy.CutReplyTo(Increment.HashHex, nth: 50);
        var calls = Enumerable.Range(0, 100).Select(_ => OutcomeOf(() => IncrementAsync(connection, "pipelined", RetryMode.Never))).ToArray();
        var outcomes = await Task.WhenAll(calls);
        await cut;
        Assert.Multiple(() =>
        {
            Assert.That(outcomes.Count(error => error is null), Is.GreaterThanOrEqualTo(49));
            Assert.That(outcomes.Where(error => error is not null).Select(error => error!.Problem), Is.Not.Empty.And.All.EqualTo(BrokerProblem.Unavailable));
        });
    }

    [Test]
    public async Task A_command_that_never_arrived_is_retried_when_safe()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        await IncrementAsync(connection, "request");
        var cut = proxy.CutRequest(Increment.HashHex);
        Assert.That(await IncrementAsync(connection, "request"), Is.EqualTo(2));
        await cut;
    }

    [Test]
    public async Task A_server_that_stops_reading_large_writes_blocks_no_caller()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        await connection.RoundTripAsync();
        await server.PauseAsync();
        var large = new byte[8 << 20];
        var clock = Stopwatch.StartNew();
        var calls = Enumerable.Range(0, 8).Select(_ => OutcomeOf(() => connection.ExecuteAsync("SET", [(RedisKey)"large", large], RetryMode.Never))).ToArray();
        Assert.That(await Task.WhenAll(calls), Has.All.Not.Null);
        Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(2));
        await server.ResumeAsync();
        await connection.RoundTripAsync();
    }

    [Test]
    public async Task A_silent_network_is_noticed_within_the_reply_time_out()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        await connection.RoundTripAsync();
        proxy.Freeze();
        var call = IncrementAsync(connection, "silent");
        await Eventually.IsTrue(() => !connection.IsConnected, TimeSpan.FromSeconds(1.5));
        proxy.DropAll();
        proxy.Thaw();
        Assert.That(await call, Is.AnyOf(1, 2));
    }

    /// <summary>Connections of a process share pools of buffers: a fault of one must not reach another's calls.</summary>
    [Test]
    public async Task Each_call_gets_its_own_reply_while_connections_are_cut_under_load()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var calm = Connect(server.Endpoint);
        await using var cut = Connect(proxy.Endpoint);
        using var stop = new CancellationTokenSource();
        var wrong = new ConcurrentQueue<string>();
        var calls = 0L;
        var padding = new string('x', 20_000);
        var callers = Enumerable.Range(0, 32).Select(caller => Task.Run(() => EchoAsync(caller % 2 == 0 ? calm : cut, caller))).ToArray();
        for (var i = 0; i < 150; i++)
        {
            await Task.Delay(10);
            if (i % 3 == 0)
                cut.Drop();
            else
                proxy.DropAll();
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        TestContext.Out.WriteLine($"{calls} calls");
        Assert.That(wrong, Is.Empty);

        async Task EchoAsync(RedisConnection connection, int caller)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var sent = Enumerable.Range(0, 20).Select(k => $"{caller}:{i}:{k}:" + (connection == cut ? padding : "")).ToArray();
                var replies = sent.Select(text => connection.ExecuteAsync("ECHO", [text], RetryMode.Idempotent)).ToArray();
                for (var k = 0; k < sent.Length; k++)
                {
                    var reply = (string?)await replies[k].WaitAsync(TimeSpan.FromSeconds(20));
                    if (reply != sent[k])
                        wrong.Enqueue($"{sent[k].TrimEnd('x')} was answered with {reply?.TrimEnd('x') ?? "nothing"}");
                    Interlocked.Increment(ref calls);
                }
            }
        }
    }

    [Test]
    public async Task A_connection_cut_while_idle_costs_the_next_call_next_to_nothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        await connection.RoundTripAsync();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 10; i++)
        {
            proxy.DropAll();
            var clock = Stopwatch.StartNew();
            await connection.RoundTripAsync();
            if (clock.Elapsed > slowest) slowest = clock.Elapsed;
        }

        TestContext.Out.WriteLine($"slowest {slowest.TotalMilliseconds:0} ms");
        Assert.That(slowest, Is.LessThan(TimeSpan.FromMilliseconds(500)));
    }

    [Test]
    public async Task Two_hundred_replacements_leak_neither_sockets_nor_threads()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        async Task ReplaceAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await connection.RoundTripAsync();
                var before = proxy.Accepted;
                proxy.DropAll();
                await Eventually.IsTrue(() => proxy.Accepted > before);
            }

            await connection.RoundTripAsync();
            await Eventually.IsTrue(() => proxy.Open == 1, what: "one socket while nothing is subscribed to");
        }

        await ReplaceAsync(20);
        static int Sockets() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget is { } target && target.StartsWith("socket:", StringComparison.Ordinal));
        static int Threads() => Directory.EnumerateDirectories("/proc/self/task").Count();
        var (sockets, threads) = (Sockets(), Threads());
        var clock = Stopwatch.StartNew();
        await ReplaceAsync(200);
        TestContext.Out.WriteLine($"{clock.ElapsedMilliseconds / 200.0:0.0} ms each; sockets {sockets} -> {Sockets()}, threads {threads} -> {Threads()}");
        // Other fixtures run in this process too, but none makes two hundred sockets.
        await Eventually.IsTrue(() => Sockets() < sockets + 60 && Threads() < threads + 60);
    }

    [Test]
    public async Task A_cluster_of_three_is_used_as_soon_as_it_is_formed()
    {
        var nodes = new List<RedisServer>();
        try
        {
            for (var i = 0; i < 3; i++) nodes.Add(await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"] }));
            (string First, string Last)[] slots = [("0", "5460"), ("5461", "10922"), ("10923", "16383")];
            for (var i = 0; i < 3; i++) await nodes[i].CallAsync("CLUSTER", "ADDSLOTSRANGE", slots[i].First, slots[i].Last);
            for (var i = 1; i < 3; i++) await nodes[0].CallAsync("CLUSTER", "MEET", nodes[i].Peer.Host, nodes[i].Peer.Port);
            await using var connection = Connect(nodes[0].Endpoint);
            for (var i = 0; i < 50; i++) Assert.That(await IncrementAsync(connection, $"key{i}"), Is.EqualTo(1));
            foreach (var node in nodes) Assert.That(await node.CallAsync("DBSIZE"), Is.Not.EqualTo("0"));
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    [Test]
    public async Task A_loading_server_is_waited_for()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = true, ExtraArguments = ["--key-load-delay", "300", "--aof-use-rdb-preamble", "yes", "--loading-process-events-interval-bytes", "1024", "--enable-debug-command", "yes"] });
        await server.CallAsync("DEBUG", "POPULATE", "3000");
        await server.CallAsync("BGREWRITEAOF");
        await Eventually.IsTrue(async () => (await server.CallAsync("INFO", "persistence")).Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal));
        await server.StopAsync();
        await server.LaunchAsync();
        await using var connection = Connect(server.Endpoint);
        Assert.That((int)await connection.ExecuteAsync("DBSIZE", [], RetryMode.Idempotent), Is.EqualTo(3000));
    }

    private static async Task<BrokerException?> OutcomeOf(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (BrokerException error)
        {
            return error;
        }
    }
}
