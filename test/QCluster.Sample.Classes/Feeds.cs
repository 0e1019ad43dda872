namespace QCluster.Sample.Classes;

public static class Feeds
{
    /// <summary>Called once all feeds of a set have been refreshed.</summary>
    [TaskFunction("feeds.done")]
    public static string Done(TaskRecord[] feeds) => $"{feeds.Count(f => f.Success == true)} of {feeds.Length} feeds";

    [TaskFunction("feeds.length")]
    public static int Length(string url) => url.Length;
}
