namespace QCluster.Model;

/// <summary>Times to wait as django-q writes them.</summary>
internal static class Milliseconds
{
    /// <summary>So many milliseconds; a number below 0 is without end.</summary>
    public static TimeSpan Of(int milliseconds) => milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);
}
