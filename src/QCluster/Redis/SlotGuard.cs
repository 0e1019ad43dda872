using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>
/// Keeps a script from seeing half a queue. While a slot moves to another node of a Redis Cluster, some keys of its queue are here and some are there.
/// Redis looks only at the keys that a command declares, and a script builds most of its keys itself: it would find none of those that have gone, and
/// make them anew where they must not be. So each script declares one further key of the same slot, which never exists. Redis then answers
/// <c>TRYAGAIN</c> for as long as the slot moves, at either node, before the script has begun.
/// </summary>
internal static class SlotGuard
{
    private const byte TagStart = (byte)'{';
    private const byte TagEnd = (byte)'}';

    /// <summary>The keys of a script, and the one that never exists.</summary>
    public static RedisKey[] Of(RedisKey[] keys)
    {
        if (keys.Length == 0)
            return keys;
        var key = (byte[])keys[0]!;
        var start = Math.Max(key.AsSpan().IndexOf(TagStart), 0);
        var tag = key.AsSpan(0, start + key.AsSpan(start).IndexOf(TagEnd) + 1);
        // Without a tag the whole key names the slot, and only a tag around all of it leads to the same one.
        byte[] guard = key.AsSpan().Contains(TagStart) ? [.. tag, .. ":~"u8] : [TagStart, .. key, TagEnd, .. ":~"u8];
        return [.. keys, guard];
    }
}
