using QCluster.Redis;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Redis.Connection;

public sealed class JoinedScriptTests : RedisConnectionFixture
{
    private static readonly RedisScript Echo = new("echo", "if ARGV[2] == 'wrong' then return redis.call('INCR', KEYS[1]) end\nif ARGV[2] == 'nothing' then return nil end\nreturn { KEYS[1], ARGV[1], #ARGV }");

    private static async Task<long> EvalshasAsync(RedisServer server)
    {
        var line = (await server.CallAsync("INFO", "commandstats")).Split('\n').FirstOrDefault(l => l.StartsWith("cmdstat_evalsha:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split('=')[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task Concurrent_calls_are_joined_and_each_gets_its_own_reply()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        await connection.JoinedScriptAsync(Echo, "first", ["0"]);
        var before = await EvalshasAsync(server);
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => connection.JoinedScriptAsync(Echo, $"k{i}", i % 2 == 0 ? [i] : [i, "more"])));
        Assert.That(await EvalshasAsync(server) - before, Is.LessThanOrEqualTo(6));
        for (var i = 0; i < 100; i++)
            Assert.That(((RedisResult[])replies[i]!).Select(r => (string?)r), Is.EqualTo(new[] { $"k{i}", $"{i}", i % 2 == 0 ? "1" : "2" }));
    }

    [Test]
    public async Task A_failed_call_does_not_fail_those_joined_with_it()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        await server.CallAsync("SET", "k5", "no number");
        var calls = Enumerable.Range(0, 10).Select(i => connection.JoinedScriptAsync(Echo, $"k{i}", i == 5 ? [i, "wrong"] : i == 6 ? [i, "nothing"] : [i])).ToArray();
        var error = await FailureOf(() => calls[5]);
        Assert.That(error.Message, Does.Contain("not an integer"));
        Assert.That((await calls[6]).IsNull, Is.True);
        foreach (var i in new[] { 0, 1, 2, 3, 4, 7, 8, 9 })
            Assert.That((string?)((RedisResult[])(await calls[i])!)[1], Is.EqualTo($"{i}"));
    }

    [Test]
    public async Task Calls_in_different_hash_slots_are_sent_separately()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"] });
        await server.CallAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Eventually.IsTrue(async () => (await server.CallAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal));
        await using var connection = Connect(server.Endpoint);
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => connection.JoinedScriptAsync(Echo, $"k{i}", [i])));
        Assert.That(replies.Select(r => (string?)((RedisResult[])r!)[1]), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"{i}")));
    }
}
