using System.Globalization;
using QCluster.Queue;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.Tool.Move;

/// <summary>Copies everything of a name from one server to another, and compares the two afterwards. The first keeps its data.</summary>
internal sealed class MoveRun(RedisConnection from, RedisConnection to, string name)
{
    /// <returns>The counts of both servers.</returns>
    /// <exception cref="IOException">It cannot be done; nothing remains on the second server.</exception>
    public async Task<(MoveCounts From, MoveCounts To)> RunAsync()
    {
        await RefuseClustersAsync(from, "leaves");
        if (await KeysAsync(to) is { Count: > 0 } there)
            throw new IOException($"The server to move to has {there.Count} keys of the name '{name}' already. Name another server or database, or another name with --name.");
        var keys = await KeysAsync(from);
        if (keys.Count == 0)
            throw new IOException($"The server to move from has nothing of the name '{name}'. Give the name with --name.");
        try
        {
            var counts = new MoveCounts();
            foreach (var key in keys)
            {
                if (await StoredKey.ReadAsync(from, key) is not { } stored)
                    continue;
                counts.Add(key, stored);
                await stored.WriteAsync(to, key);
            }

            await RefuseClustersAsync(from, "was begun");
            return (counts, await CompareAsync(keys));
        }
        catch
        {
            foreach (var key in await KeysAsync(to))
                await to.ExecuteAsync("DEL", [(RedisKey)key], RetryMode.Idempotent);
            throw;
        }
    }

    private async Task<MoveCounts> CompareAsync(IReadOnlyList<byte[]> keys)
    {
        var counts = new MoveCounts();
        foreach (var key in keys)
        {
            var moved = await StoredKey.ReadAsync(to, key);
            if (moved is not null)
                counts.Add(key, moved);
            // What has a time-to-live may have ended on one side before the other.
            if (await StoredKey.ReadAsync(from, key) is { } stored && !stored.Equals(moved) && !(moved is null && stored.TimeToLive is >= 0 and < 1000))
                throw new IOException($"The key '{System.Text.Encoding.UTF8.GetString(key)}' is not the same on both servers afterwards. What was copied is removed again; nothing is lost on the first server.");
        }

        return counts;
    }

    private async Task RefuseClustersAsync(RedisConnection redis, string when)
    {
        var time = (RedisResult[])(await redis.ExecuteAsync("TIME", [], RetryMode.Idempotent))!;
        var now = ((long)time[0] * 1000) + ((long)time[1] / 1000);
        foreach (var queue in (RedisResult[])(await redis.ExecuteAsync("SMEMBERS", [RedisKeys.Queues(name)], RetryMode.Idempotent))!)
        {
            var running = (long)await redis.ExecuteAsync("ZCOUNT", [new RedisKeys(name, (string)queue!).Heartbeats, now.ToString(CultureInfo.InvariantCulture), "+inf"], RetryMode.Idempotent);
            if (running > 0)
                throw new IOException($"{running} clusters serve the queue '{queue}' while it {when}. Stop them first; a cluster that was killed counts until its heartbeat ends, after 10 s.");
        }
    }

    private async Task<IReadOnlyList<byte[]>> KeysAsync(RedisConnection redis)
    {
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var pattern in new[] { RedisKeys.AcrossQueues(name), RedisKeys.AllOf(name) })
        {
            var cursor = "0";
            do
            {
                var page = (RedisResult[])(await redis.ExecuteAsync("SCAN", [cursor, "MATCH", pattern, "COUNT", "1000"], RetryMode.Idempotent))!;
                cursor = (string)page[0]!;
                foreach (var key in (byte[][])page[1]!)
                    keys[Convert.ToHexString(key)] = key;
            }
            while (cursor != "0");
        }

        return [.. keys.Values];
    }
}
