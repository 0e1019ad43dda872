using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Children;

/// <summary>Regular polls of many queues at the same moments, so that their calls are joined (<see cref="Redis.JoinedScript"/>).</summary>
internal static class Pace
{
    /// <summary>Differs between the clusters of a machine.</summary>
    private static readonly long Offset = Random.Shared.NextInt64(3_600_000);

    /// <summary>The time until the next common moment of a period: between a quarter of it and one and a quarter.</summary>
    public static TimeSpan UntilNext(TimeSpan period, TimeProvider time)
    {
        var length = (long)period.TotalMilliseconds;
        var left = length - ((time.Ticks() + Offset) % length);
        return TimeSpan.FromMilliseconds(left < length / 4 ? left + length : left);
    }
}
