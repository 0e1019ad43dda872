using Microsoft.Extensions.Logging;

namespace QCluster.Redis;

/// <summary>A subscribed channel, across replaced connections, until disposed.</summary>
internal sealed class RedisSubscription : IAsyncDisposable
{
    private readonly Action<byte[]> _handler;
    private readonly Func<RedisSubscription, Task> _end;
    private int _ended;

    public RedisSubscription(string channel, Action<byte[]> handler, Func<RedisSubscription, Task> end)
    {
        Channel = channel;
        _handler = handler;
        _end = end;
    }

    public string Channel { get; }

    public bool IsEnded => Volatile.Read(ref _ended) != 0;

    public void Deliver(byte[] message, ILogger logger)
    {
        if (IsEnded) return;
        try
        {
            _handler(message);
        }
        catch (Exception error)
        {
            // The library would swallow it without a word.
            RedisConnectionLog.HandlerFailed(logger, error, Channel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0) await _end(this).ConfigureAwait(false);
    }
}
