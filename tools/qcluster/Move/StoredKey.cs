using System.Globalization;
using System.Text;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.Tool.Move;

/// <summary>A key with all it holds.</summary>
/// <param name="Type">As TYPE says.</param>
/// <param name="Items">The value; the items of a list; fields and values, members, members and scores, in an order that does not depend on the server.</param>
/// <param name="TimeToLive">Milliseconds; negative = none.</param>
internal sealed record StoredKey(string Type, IReadOnlyList<byte[]> Items, long TimeToLive)
{
    private const int Page = 1000;

    /// <summary>Null when the key has gone meanwhile.</summary>
    public static async Task<StoredKey?> ReadAsync(RedisConnection redis, byte[] key)
    {
        var type = (string)(await redis.ExecuteAsync("TYPE", [(RedisKey)key], RetryMode.Idempotent))!;
        var items = type switch
        {
            "none" => null,
            "string" => Bytes(await redis.ExecuteAsync("GET", [(RedisKey)key], RetryMode.Idempotent)),
            "list" => await ListAsync(redis, key),
            "hash" => Sorted(Bytes(await redis.ExecuteAsync("HGETALL", [(RedisKey)key], RetryMode.Idempotent)), 2),
            "set" => Sorted(Bytes(await redis.ExecuteAsync("SMEMBERS", [(RedisKey)key], RetryMode.Idempotent)), 1),
            "zset" => Sorted(Scored(Bytes(await redis.ExecuteAsync("ZRANGE", [(RedisKey)key, "0", "-1", "WITHSCORES"], RetryMode.Idempotent))), 2),
            _ => throw new IOException($"The key '{key}' has the type {type}, which no QCluster writes. Nothing was moved."),
        };
        if (items is not { Count: > 0 })
            return null;
        return new StoredKey(type, items, (long)await redis.ExecuteAsync("PTTL", [(RedisKey)key], RetryMode.Idempotent));
    }

    public async Task WriteAsync(RedisConnection redis, byte[] key)
    {
        var (command, step) = Type switch
        {
            "string" => ("SET", 1),
            "list" => ("RPUSH", Page),
            "hash" => ("HSET", Page),
            "set" => ("SADD", Page),
            _ => ("ZADD", Page),
        };
        for (var i = 0; i < Items.Count; i += step)
        {
            var part = Items.Skip(i).Take(step);
            if (Type == "zset")
                part = part.Chunk(2).SelectMany(pair => (byte[][])[pair[1], pair[0]]);
            await redis.ExecuteAsync(command, [(RedisKey)key, .. part.Select(item => (object)(RedisValue)item)], RetryMode.Never);
        }

        if (TimeToLive >= 0)
            await redis.ExecuteAsync("PEXPIRE", [(RedisKey)key, TimeToLive.ToString(CultureInfo.InvariantCulture)], RetryMode.Idempotent);
    }

    public bool Equals(StoredKey? other) =>
        other is not null && Type == other.Type && Items.Count == other.Items.Count && TimeToLive >= 0 == other.TimeToLive >= 0
        && Items.Zip(other.Items).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    public override int GetHashCode() => HashCode.Combine(Type, Items.Count);

    private static async Task<IReadOnlyList<byte[]>> ListAsync(RedisConnection redis, byte[] key)
    {
        var items = new List<byte[]>();
        while (true)
        {
            var part = Bytes(await redis.ExecuteAsync("LRANGE", [(RedisKey)key, items.Count, items.Count + Page - 1], RetryMode.Idempotent));
            items.AddRange(part);
            if (part.Count < Page)
                return items;
        }
    }

    /// <summary>A value, or those of an array; members and their scores may be arrays in it.</summary>
    private static IReadOnlyList<byte[]> Bytes(RedisResult result) => result.Length < 0 ? [(byte[])result!] : [.. ((RedisResult[])result!).SelectMany(Bytes)];

    /// <summary>Servers write the same number differently.</summary>
    private static IReadOnlyList<byte[]> Scored(IReadOnlyList<byte[]> items) => [.. items.Chunk(2).SelectMany(pair => (byte[][])[pair[0], Score(Encoding.ASCII.GetString(pair[1]))])];

    private static byte[] Score(string text) =>
        Encoding.ASCII.GetBytes(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : text.StartsWith('-') ? "-inf" : "inf");

    /// <summary>Servers differ in the order of fields and members.</summary>
    private static IReadOnlyList<byte[]> Sorted(IReadOnlyList<byte[]> items, int together) =>
        [.. items.Chunk(together).OrderBy(group => Convert.ToHexString(group[0]), StringComparer.Ordinal).SelectMany(group => group)];
}
