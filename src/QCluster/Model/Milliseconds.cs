namespace QCluster.Model;

/// <summary>Times to wait as django-q writes them.</summary>
internal static class Milliseconds
{
    /// <summary>Converts a number of milliseconds; below 0: infinite.</summary>
    public static TimeSpan Of(int milliseconds) => milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);
}
