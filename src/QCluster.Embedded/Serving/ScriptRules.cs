using System.Text;
using QCluster.Redis;

namespace QCluster.Embedded.Serving;

/// <summary>
/// What a full memory refuses: as in Redis, that which begins by adding something. Redis sees the first write of a script; here it is known which scripts of
/// QCluster make new work, and of others what their text says.
/// </summary>
internal static class ScriptRules
{
    private static readonly string[] MakeNewWork = ["enqueue", "enqueue_delayed", "chain_start", "group_open", "schedule_put", "save"];

    private static readonly string[] Commands =
    [
        "APPEND", "GETSET", "HINCRBY", "HMSET", "HSET", "HSETNX", "INCR", "INCRBY", "LPUSH", "LPUSHX", "MSET", "PSETEX", "RPUSH", "RPUSHX", "SADD", "SET",
        "SETEX", "SETNX", "SETRANGE", "ZADD", "ZINCRBY",
    ];

    /// <summary>Whether a script of QCluster may run, by its hash.</summary>
    public static IReadOnlyDictionary<string, bool> OfQCluster { get; } = typeof(RedisScript).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".lua", StringComparison.Ordinal))
        .Select(name => RedisScript.Load(name[..^".lua".Length]))
        .ToDictionary(script => script.HashHex, script => !MakeNewWork.Contains(script.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a script begins with a write that adds nothing, as <c>anyway.lua</c> does.</summary>
    public static bool MayRunWhenFull(ReadOnlySpan<byte> text) =>
        text.StartsWith("redis.call('DEL', KEYS[1] .. '!')"u8) || text.IndexOf("redis.call('HDEL', P .. 'cc', '')"u8) >= 0;

    public static bool Grows(ReadOnlySpan<byte> command)
    {
        foreach (var name in Commands)
        {
            if (Ascii.EqualsIgnoreCase(command, name))
                return true;
        }

        return false;
    }
}
