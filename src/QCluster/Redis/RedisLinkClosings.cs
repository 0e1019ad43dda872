namespace QCluster.Redis;

/// <summary>Links on their way out: each gives the calls on it their time, and then closes its sockets.</summary>
internal sealed class RedisLinkClosings
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _closing = [];

    public void Add(RedisLink link, TimeSpan grace)
    {
        var closing = Task.Run(() => link.CloseAsync(grace));
        lock (_gate) _closing.Add(closing);
        _ = closing.ContinueWith(
            done =>
            {
                _ = done.Exception;
                lock (_gate) _closing.Remove(done);
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    public Task AllAsync()
    {
        lock (_gate) return Task.WhenAll(_closing);
    }
}
