using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>The subscribed channels: moves them to each new link, and watches the socket of their messages.</summary>
/// <param name="links">The links for their messages.</param>
/// <param name="options">The time-outs.</param>
/// <param name="time">The clock.</param>
/// <param name="nextLink">Waits for a link, for the remaining time of a call that began at the given timestamp.</param>
internal sealed class RedisSubscriptions(RedisLinkSource links, RedisConnectionOptions options, TimeProvider time, Func<long, CancellationToken, ValueTask<RedisLink>> nextLink)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<RedisSubscription> _subscriptions = [];
    private Task? _checks;

    /// <summary>See <see cref="RedisConnection.SubscribeAsync"/>.</summary>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>.</exception>
    public async Task<IAsyncDisposable> AddAsync(string channel, Action<byte[]> handler, CancellationToken cancellationToken)
    {
        var subscription = new RedisSubscription(channel, handler, RemoveAsync);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            _checks ??= Task.Run(CheckAsync, CancellationToken.None);
        }

        try
        {
            var started = time.GetTimestamp();
            while (true)
            {
                var link = links.Current ?? await nextLink(started, cancellationToken).ConfigureAwait(false);
                try
                {
                    await link.SubscribeAsync(subscription, cancellationToken).ConfigureAwait(false);
                    // A link retired meanwhile may have been replaced by one that was prepared before this subscription was listed.
                    if (!link.IsRetired) return subscription;
                }
                catch (RedisServerException reply)
                {
                    throw RedisErrors.Failure(new RedisCall("SUBSCRIBE", []), link, RedisReplies.Classify(reply.Message), reply);
                }
                catch (Exception error) when (RedisErrors.IsConnectionError(error) || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
                {
                    links.Retire(link, error.Message, TimeSpan.Zero);
                }
            }
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Activates every subscription on a new link.</summary>
    public Task BringToAsync(RedisLink link, CancellationToken cancellationToken)
    {
        RedisSubscription[] listed;
        lock (_gate) listed = [.. _subscriptions];
        return listed.Length == 0 ? Task.CompletedTask : Task.WhenAll(listed.Select(subscription => link.SubscribeAsync(subscription, cancellationToken)));
    }

    /// <summary>The watch, once it has stopped and the links are closed.</summary>
    public Task Watching
    {
        get
        {
            lock (_gate) return _checks ?? Task.CompletedTask;
        }
    }

    public Task StopAsync() => _stop.CancelAsync();

    private async Task RemoveAsync(RedisSubscription subscription)
    {
        lock (_gate) _subscriptions.Remove(subscription);
        if (links.Current is not { } link) return;
        try
        {
            await link.UnsubscribeAsync(subscription, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (RedisErrors.IsConnectionError(error) || error is OperationCanceledException)
        {
            // The server forgets the subscription with the socket.
            links.Retire(link, error.Message, options.ReplyTimeout);
        }
    }

    // A socket that only listens does not notice the death of its peer.
    private async Task CheckAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(options.SubscriptionCheck, time);
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                bool any;
                lock (_gate) any = _subscriptions.Count > 0;
                if (!any || links.Current is not { } link) continue;
                try
                {
                    await link.CheckSubscriptionsAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (Exception error) when (RedisErrors.IsConnectionError(error) || (error is OperationCanceledException && !_stop.IsCancellationRequested))
                {
                    links.Retire(link, "the socket for subscriptions is silent: " + error.Message, options.ReplyTimeout);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed of: there is nothing to watch any more.
        }
    }
}
