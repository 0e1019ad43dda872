namespace QCluster.Redis;

/// <summary>The wait before a further attempt: 10 ms, doubled each time up to 250 ms, minus a random quarter so that clients spread.</summary>
internal static class RedisBackoff
{
    public static TimeSpan After(int attempt)
    {
        var milliseconds = Math.Min(250, 10 << Math.Clamp(attempt - 1, 0, 5));
        return TimeSpan.FromMilliseconds(milliseconds * (1 - (Random.Shared.NextDouble() / 4)));
    }
}
