using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.TestSupport;
using StackExchange.Redis;
using RedisScript = QCluster.Redis.RedisScript;
using RetryMode = QCluster.Redis.RetryMode;

namespace QCluster.IntegrationTests.Embedded;

/// <summary>The server in this process: what it promises beyond being Redis.</summary>
public sealed class EmbeddedServerTests : RedisConnectionFixture
{
    private const int Clients = 6;
    private const int Each = 1000;

    private static readonly RedisScript ReadAndWrite = new("read and write", "local n = tonumber(redis.call('GET', KEYS[1]) or '0'); for i = 1, 20 do redis.call('EXISTS', KEYS[1]) end; redis.call('SET', KEYS[1], string.format('%d', n + 1)); return 1");

    [Test]
    public async Task Script_runs_alone()
    {
        await using var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false });
        Assert.That(await CountAsync(server.ConnectionString), Is.EqualTo(Clients * Each));
    }

    [Test]
    public async Task Garnet_alone_runs_scripts_together_so_the_test_above_sees_it()
    {
        var port = FreePort();
        using var stock = new GarnetServer(new GarnetServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, port)], QuietMode = true, EnableLua = true, LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Silent, []), IndexMemorySize = "4m", LogMemorySize = "64m", PageSize = "1m" });
        stock.Start();
        var least = int.MaxValue;
        for (var round = 0; round < 5 && least >= Clients * Each; round++)
            least = await CountAsync($"127.0.0.1:{port}");
        Assert.That(least, Is.LessThan(Clients * Each));
    }

    /// <summary>How often a script that reads and writes has counted.</summary>
    private static async Task<int> CountAsync(string endpoint)
    {
        var key = Guid.NewGuid().ToString("N");
        var options = Options with { ReplyTimeout = TimeSpan.FromSeconds(20), CallTimeout = TimeSpan.FromSeconds(60) };
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            await using var connection = Connect(endpoint, options);
            for (var i = 0; i < Each; i++)
                await connection.ScriptAsync(ReadAndWrite, [key], [], RetryMode.Never);
        })));
        await using var reader = Connect(endpoint, options);
        return int.Parse((await GetAsync(reader, key))!, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task Blocked_pop_wakes_on_a_push_and_ends_when_its_time_is_up()
    {
        await using var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false });
        await using var blocking = ConnectBlocking(server.ConnectionString);
        await using var connection = Connect(server.ConnectionString);
        var clock = Stopwatch.StartNew();
        Assert.That((await blocking.ExecuteAsync("BLPOP", ["first", "second", "0.200"], TimeSpan.FromSeconds(1), default)).IsNull, Is.True);
        Assert.That(clock.Elapsed, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(199)));
        var pop = blocking.ExecuteAsync("BLPOP", ["first", "second", "10"], TimeSpan.FromSeconds(10), default);
        await Task.Delay(100);
        await connection.ExecuteAsync("RPUSH", ["second", "a", "b"], RetryMode.Never);
        Assert.That(((RedisResult[])(await pop)!).Select(r => (string?)r), Is.EqualTo(["second", "a"]));
        Assert.That((int)await connection.ExecuteAsync("LLEN", ["second"], RetryMode.Idempotent), Is.EqualTo(1));
    }

    [Test]
    public async Task Client_that_has_left_takes_nothing()
    {
        await using var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false });
        await using var connection = Connect(server.ConnectionString);
        using (var gone = new TcpClient("127.0.0.1", server.Port))
        {
            await gone.GetStream().WriteAsync("*3\r\n$5\r\nBLPOP\r\n$1\r\nx\r\n$2\r\n10\r\n"u8.ToArray());
            await Eventually.IsTrue(async () => ((string)(await connection.ExecuteAsync("INFO", ["clients"], RetryMode.Idempotent))!).Contains("blocked_clients:1\r", StringComparison.Ordinal));
        }

        await Eventually.IsTrue(async () => ((string)(await connection.ExecuteAsync("INFO", ["clients"], RetryMode.Idempotent))!).Contains("blocked_clients:0\r", StringComparison.Ordinal));
        await connection.ExecuteAsync("RPUSH", ["x", "1"], RetryMode.Never);
        Assert.That((int)await connection.ExecuteAsync("LLEN", ["x"], RetryMode.Idempotent), Is.EqualTo(1));
    }

    [TestCase("*1\r\n$4\r\nINFO\r\n")]
    [TestCase("*3\r\n$5\r\nBLPOP\r\n$1\r\nx\r\n$1\r\n0\r\n")]
    [TestCase("*1\r\n$8\r\nSHUTDOWN\r\n")]
    [TestCase("*4\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$9\r\nmaxmemory\r\n$1\r\n1\r\n")]
    [TestCase("*2\r\n$3\r\nGET\r\n$1\r\nx\r\n")]
    public async Task Without_the_password_nothing_is_served(string request)
    {
        await using var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false, Password = "right" });
        Assert.That(await AskAsync(server.Port, request), Does.StartWith("-NOAUTH"));
        Assert.That(server.Completion.IsCompleted, Is.False);
    }

    [TestCase("PING\r\n", "-ERR Protocol error")]
    [TestCase("*1\r\n+PING\r\n", "-ERR Protocol error")]
    [TestCase("*99999999999\r\n", "-ERR Protocol error")]
    [TestCase("*3\r\n$5\r\nBLPOP\r\n$1\r\nx\r\n$2\r\n-1\r\n", "-ERR timeout is negative")]
    [TestCase("*3\r\n$5\r\nBLPOP\r\n$1\r\nx\r\n$1\r\ny\r\n", "-ERR timeout is not a float")]
    [TestCase("*4\r\n$6\r\nBLMOVE\r\n$1\r\nx\r\n$1\r\ny\r\n$1\r\n0\r\n", "-ERR 'BLMOVE' is not supported by QCluster's embedded server")]
    public async Task Bad_request_is_an_error_and_others_are_served(string request, string error)
    {
        await using var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false });
        Assert.That(await AskAsync(server.Port, request), Does.StartWith(error));
        Assert.That(await AskAsync(server.Port, "*1\r\n$4\r\nPING\r\n"), Is.EqualTo("+PONG\r\n"));
    }

    [Test]
    public async Task Requests_that_arrive_in_pieces_and_together_are_answered_in_order()
    {
        await using var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false });
        using var client = new TcpClient("127.0.0.1", server.Port) { NoDelay = true };
        var stream = client.GetStream();
        var requests = "*3\r\n$5\r\nRPUSH\r\n$1\r\nx\r\n$1\r\na\r\n*3\r\n$5\r\nBLPOP\r\n$1\r\nx\r\n$1\r\n0\r\n*1\r\n$4\r\nPING\r\n"u8.ToArray();
        foreach (var one in requests)
            await stream.WriteAsync(new[] { one });
        await stream.WriteAsync(requests);
        const string answer = ":1\r\n*2\r\n$1\r\nx\r\n$1\r\na\r\n+PONG\r\n";
        Assert.That(await ReadAsync(stream, answer.Length * 2), Is.EqualTo(answer + answer));
    }

    [Test]
    public async Task Full_server_refuses_new_work_and_goes_on_again_when_there_is_room()
    {
        await using var server = await EmbeddedServer.StartAsync(new EmbeddedServerOptions { AppendOnly = false, MaxMemory = 1 << 20 });
        await using var connection = Connect(server.ConnectionString);
        var error = await FailureOf(async () =>
        {
            for (var i = 0; i < 10_000; i++)
                await connection.ExecuteAsync("RPUSH", ["x", new string('x', 1000)], RetryMode.Never);
        });
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.OutOfMemory));
        await connection.ExecuteAsync("DEL", ["x"], RetryMode.Never);
        Assert.That(async () => await connection.ExecuteAsync("RPUSH", ["x", "y"], RetryMode.Never), Throws.Nothing);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> AskAsync(int port, string request)
    {
        using var client = new TcpClient("127.0.0.1", port);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request));
        var buffer = new byte[4096];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private static async Task<string> ReadAsync(NetworkStream stream, int length)
    {
        var buffer = new byte[length];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return System.Text.Encoding.ASCII.GetString(buffer);
    }
}
