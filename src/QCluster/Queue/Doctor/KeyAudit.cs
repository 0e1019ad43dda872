using System.Text;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.Queue.Doctor;

/// <summary>Checks every key of a name, and finds those that should not remain once all work is done and no cluster runs.</summary>
internal sealed class KeyAudit(RedisConnection connection, string name)
{
    /// <summary>The keys that are left, with the reason.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync(CancellationToken cancellationToken)
    {
        var left = new List<string>();
        var cursor = "0";
        do
        {
            var reply = (RedisResult[])(await connection.ExecuteAsync("SCAN", [cursor, "MATCH", RedisKeys.AllOf(name), "COUNT", "5000"], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
            cursor = (string)reply[0]!;
            var keys = (byte[][])reply[1]!;
            var reasons = await Task.WhenAll(keys.Select(key => ReasonAsync(key, cancellationToken))).ConfigureAwait(false);
            left.AddRange(keys.Zip(reasons).Where(pair => pair.Second is not null).Select(pair => $"{Text(pair.First)} ({pair.Second})"));
        }
        while (cursor != "0");
        return left;
    }

    private async Task<string?> ReasonAsync(byte[] key, CancellationToken cancellationToken)
    {
        var text = Encoding.Latin1.GetString(RedisKeys.SuffixOf(key));
        if (KeySuffix.Lasting.Contains(text, StringComparer.Ordinal) || text.StartsWith(KeySuffix.ScheduleState, StringComparison.Ordinal))
            return null;
        if (!KeySuffix.Passing.Any(p => text.StartsWith(p, StringComparison.Ordinal)))
            return "nothing is unfinished, so nothing owns it";
        var timeToLive = (long)await connection.ExecuteAsync("PTTL", [(RedisKey)key], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        return timeToLive == -1 ? "it has no time-to-live" : null;
    }

    private static string Text(byte[] key) =>
        string.Concat(Encoding.Latin1.GetString(key).Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\x{(int)c:x2}"));
}
