using System.Text;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Broker;

/// <summary>Finds what a queue has left in Redis.</summary>
internal static class LeftOver
{
    /// <summary>All keys under the queue's name but for the tokens that wake pushers: those of the queue without their prefix, others by their last part.</summary>
    public static async Task<List<string>> KeysAsync(TestQueue queue)
    {
        var own = "q:{" + queue.Name + ":";
        var across = "q:{" + queue.Name + "}:";
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var reply = (RedisResult[])(await queue.RawAsync("SCAN", cursor, "COUNT", "1000"))!;
            cursor = (string)reply[0]!;
            foreach (var key in (RedisResult[])reply[1]!)
            {
                var name = Encoding.Latin1.GetString((byte[])key!);
                if (name.StartsWith(queue.Keys.Prefix + "wk", StringComparison.Ordinal)) continue;
                if (name.StartsWith(own, StringComparison.Ordinal)) keys.Add(name[queue.Keys.Prefix.Length..]);
                else if (name.StartsWith(across, StringComparison.Ordinal)) keys.Add(name[across.Length..]);
            }
        }
        while (cursor != "0");
        return [.. keys];
    }
}
