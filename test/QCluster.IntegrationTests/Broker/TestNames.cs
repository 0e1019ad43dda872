using StackExchange.Redis;

namespace QCluster.IntegrationTests.Broker;

/// <summary>Names of queues that no other run of the tests has, since a Redis may be shared.</summary>
internal static class TestNames
{
    private static readonly string Run = $"test-{Guid.NewGuid().ToString("N")[..8]}-";

    private static int _count;

    public static string Next() => $"{Run}{Interlocked.Increment(ref _count)}";

    /// <summary>Deletes what this run has left behind.</summary>
    public static async Task DeleteKeysAsync(string endpoint)
    {
        await using var queue = new TestQueue(endpoint);
        var cursor = "0";
        do
        {
            var reply = (RedisResult[])(await queue.RawAsync("SCAN", cursor, "MATCH", $"q:{{{Run}*", "COUNT", "1000"))!;
            cursor = (string)reply[0]!;
            foreach (var key in (RedisResult[])reply[1]!)
                await queue.RawAsync("UNLINK", (byte[])key!);
        }
        while (cursor != "0");
    }
}
