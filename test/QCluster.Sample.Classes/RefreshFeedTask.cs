using QCluster.TaskClasses;

namespace QCluster.Sample.Classes;

/// <summary>Stands for fetching a feed: some take longer than others.</summary>
public sealed class RefreshFeedTask : ClusterTask<RefreshFeedTask>
{
    public override string Name => "refresh_feed";

    public override int? MaxRetries => 5;

    public async Task<string> Run(string feed_url, CancellationToken cancellationToken)
    {
        await Task.Delay(feed_url.Contains("cnn", StringComparison.Ordinal) ? 300 : 10, cancellationToken);
        // A server that is busy the first time: the task asks to be tried again.
        if (feed_url.Contains("bbc", StringComparison.Ordinal) && Context.Attempt == 1)
            throw Retry(countdown: TimeSpan.FromMilliseconds(100), exception: new IOException("503 " + feed_url));
        return "refreshed " + feed_url;
    }
}
