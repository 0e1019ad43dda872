using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using QCluster.Model;
using QCluster.Redis;

namespace QCluster.Queue;

/// <summary>
/// Waits for tasks to finish. One subscription for the whole client, made at the first wait; the script that looks a task up also
/// registers the wait, so an end between the two cannot be missed.
/// A message can be lost with a connection, so a waiter looks again after each reconnection and every few seconds.
/// </summary>
internal sealed class CompletionListener : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(4);

    private readonly RedisConnection _connection;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _channel;
    private readonly ConcurrentDictionary<Guid, Waiter> _waiters = new();
    private readonly SemaphoreSlim _subscribing = new(1, 1);
    private IAsyncDisposable? _subscription;

    public CompletionListener(RedisConnection connection, string name, TimeProvider clock, ILogger logger)
    {
        _connection = connection;
        _clock = clock;
        _logger = logger;
        _channel = RedisKeys.CompletionChannel(name, Guid.NewGuid().ToString("N"));
    }

    /// <param name="key">The key of the wait, in its messages too.</param>
    /// <param name="wait">The maximum time to wait.</param>
    /// <param name="look">Reads the state, registers the channel, and tells whether the wait has ended.</param>
    /// <param name="fromMessage">Makes the reply from a message. Null: the state is read again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> WaitAsync<T>(
        Guid key,
        TimeSpan wait,
        Func<string, CancellationToken, Task<(T Answer, bool Done)>> look,
        Func<ReadOnlyMemory<byte>, T>? fromMessage,
        CancellationToken cancellationToken)
    {
        await SubscribeAsync(cancellationToken).ConfigureAwait(false);
        var started = _clock.GetTimestamp();
        var waiter = Enter(key, looksAgain: fromMessage is null);
        try
        {
            while (true)
            {
                var signal = waiter.Signal;
                var (answer, done) = await look(_channel, cancellationToken).ConfigureAwait(false);
                if (done)
                    return answer;

                var left = wait == Timeout.InfiniteTimeSpan ? LookAgain : wait - _clock.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    return answer;
                var jittered = LookAgain * (0.75 + (Random.Shared.NextDouble() / 2));
                try
                {
                    var message = await signal.WaitAsync(left < jittered ? left : jittered, _clock, cancellationToken).ConfigureAwait(false);
                    if (message is not null && fromMessage is not null)
                        return fromMessage(message.Value);
                }
                catch (TimeoutException) when (wait == Timeout.InfiniteTimeSpan || _clock.GetElapsedTime(started) < wait)
                {
                    // Time to look again.
                }
                catch (TimeoutException)
                {
                    return answer;
                }
            }
        }
        finally
        {
            Leave(key, waiter);
        }
    }

    private Waiter Enter(Guid id, bool looksAgain)
    {
        while (true)
        {
            var waiter = _waiters.GetOrAdd(id, _ => new Waiter(looksAgain));
            if (waiter.TryEnter())
                return waiter;
        }
    }

    private void Leave(Guid id, Waiter waiter)
    {
        if (waiter.Leave())
            _waiters.TryRemove(new KeyValuePair<Guid, Waiter>(id, waiter));
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _subscription) is not null)
            return;
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_subscription is not null)
                return;
            var subscription = await _connection.SubscribeAsync(_channel, OnMessage, cancellationToken).ConfigureAwait(false);
            _connection.Reconnected += OnReconnected;
            Volatile.Write(ref _subscription, subscription);
        }
        finally
        {
            _subscribing.Release();
        }
    }

    private void OnMessage(byte[] message)
    {
        if (message.Length < TaskId.ByteLength)
        {
            _logger.LogWarning("A message of {Length} bytes on the completion channel is too short to be one; it is ignored", message.Length);
            return;
        }

        if (_waiters.TryGetValue(new Guid(message.AsSpan(0, TaskId.ByteLength), bigEndian: true), out var waiter))
            waiter.OnMessage(message.AsMemory(TaskId.ByteLength));
    }

    private void OnReconnected(object? sender, EventArgs e)
    {
        foreach (var waiter in _waiters.Values)
            waiter.LookAgain();
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Reconnected -= OnReconnected;
        if (_subscription is not null)
            await _subscription.DisposeAsync().ConfigureAwait(false);
        _subscribing.Dispose();
    }

    /// <summary>All who wait for one id in this process.</summary>
    private sealed class Waiter(bool looksAgain)
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource<ReadOnlyMemory<byte>?> _signal = NewSignal();
        private int _count;

        public Task<ReadOnlyMemory<byte>?> Signal
        {
            get
            {
                lock (_lock)
                    return _signal.Task;
            }
        }

        public bool TryEnter()
        {
            lock (_lock)
            {
                if (_count < 0)
                    return false;
                _count++;
                return true;
            }
        }

        /// <summary>True for the last waiter; after that no other can enter.</summary>
        public bool Leave()
        {
            lock (_lock)
            {
                if (--_count > 0)
                    return false;
                _count = -1;
                return true;
            }
        }

        public void OnMessage(ReadOnlyMemory<byte> record)
        {
            if (looksAgain)
            {
                LookAgain();
                return;
            }

            lock (_lock)
                _signal.TrySetResult(record);
        }

        public void LookAgain()
        {
            TaskCompletionSource<ReadOnlyMemory<byte>?> old;
            lock (_lock)
            {
                if (_signal.Task.IsCompleted)
                    return;
                old = _signal;
                _signal = NewSignal();
            }

            old.TrySetResult(null);
        }

        private static TaskCompletionSource<ReadOnlyMemory<byte>?> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
