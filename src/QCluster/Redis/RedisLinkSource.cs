using Microsoft.Extensions.Logging;

namespace QCluster.Redis;

/// <summary>
/// Holds the one current link and replaces it when it fails: at once the first time, then with backoff, by a single loop.
/// A shared link is always replaced; a blocking one only while a caller waits for it.
/// </summary>
internal sealed class RedisLinkSource : IAsyncDisposable
{
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusalIsRemembered = TimeSpan.FromMilliseconds(250);

    private readonly RedisSettings _settings;
    private readonly RedisLinkKind _kind;
    private readonly RedisConnectionOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Func<RedisLink, CancellationToken, Task>? _prepare;
    private readonly Action<bool>? _opened;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _closing = [];

    private volatile RedisLink? _current;
    private TaskCompletionSource<RedisLink> _next = NewPromise();
    private Task _loop = Task.CompletedTask;
    private bool _looping;
    private bool _disposed;
    private bool _everOpened;
    private int _failures;
    private int _waiting;
    private BrokerException? _lastError;
    private BrokerException? _refusal;
    private long _refusedAt;

    /// <summary>Creates the source; the first wait connects.</summary>
    /// <param name="settings">The address of Redis.</param>
    /// <param name="kind">The purpose of the links.</param>
    /// <param name="options">The time-outs.</param>
    /// <param name="logger">The log for lost and new links.</param>
    /// <param name="time">The clock.</param>
    /// <param name="prepare">Runs on a new link before its use; if it throws, the link is not used.</param>
    /// <param name="opened">Runs when a new link is in use; gets true if it replaces another.</param>
    public RedisLinkSource(RedisSettings settings, RedisLinkKind kind, RedisConnectionOptions options, ILogger logger, TimeProvider time, Func<RedisLink, CancellationToken, Task>? prepare = null, Action<bool>? opened = null)
    {
        _settings = settings;
        _kind = kind;
        _options = options;
        _logger = logger;
        _time = time;
        _prepare = prepare;
        _opened = opened;
    }

    /// <summary>The current link; null if there is none.</summary>
    public RedisLink? Current => _current;

    public BrokerException? LastError => Volatile.Read(ref _lastError);

    /// <summary>Waits for a link, up to the time-out. Null if there was none in time.</summary>
    /// <exception cref="BrokerException">The server refuses the connection: waiting would not help.</exception>
    public async ValueTask<RedisLink?> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task<RedisLink> next;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is { } current) return current;
            if (timeout <= TimeSpan.Zero) return null;
            if (_refusal is { } refusal)
            {
                if (_time.GetElapsedTime(_refusedAt) < RefusalIsRemembered) throw new BrokerException(refusal.Problem, refusal.Message, refusal);
                _refusal = null;
            }

            _waiting++;
            next = _next.Task;
            StartLoopHeld();
        }

        try
        {
            return await next.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (_gate) _waiting--;
        }
    }

    /// <summary>Drops the link, once, and gets another. Calls on it may still get their replies during the grace period.</summary>
    public void Retire(RedisLink link, string reason, TimeSpan grace)
    {
        if (!link.TryRetire()) return;
        var was = false;
        lock (_gate)
        {
            if (_current == link)
            {
                was = true;
                _current = null;
                // A link that failed right after it was opened continues the backoff instead of restarting it; one that has replied waits little.
                if (_time.GetElapsedTime(link.OpenedAt) > Steady) _failures = 0;
                else if (link.HasReplied) _failures = 1;
                if (_kind == RedisLinkKind.Shared) StartLoopHeld();
            }

            CloseHeld(link, grace);
        }

        if (was) RedisConnectionLog.Lost(_logger, link.Endpoint, reason);
    }

    /// <summary>Closes a working link that cannot be used further, such as one with an abandoned command waiting on it.</summary>
    public void Discard(RedisLink link)
    {
        if (!link.TryRetire()) return;
        lock (_gate)
        {
            if (_current == link)
            {
                _current = null;
                _failures = 0;
            }

            CloseHeld(link, TimeSpan.Zero);
        }
    }

    public async ValueTask DisposeAsync()
    {
        RedisLink? link;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            link = _current;
            _current = null;
            _next.TrySetException(new ObjectDisposedException(nameof(RedisLinkSource)));
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        Task loop;
        Task[] closing;
        lock (_gate)
        {
            if (link is not null && link.TryRetire()) CloseHeld(link, TimeSpan.Zero);
            loop = _loop;
            closing = [.. _closing];
        }

        await loop.ConfigureAwait(false);
        // Closing a link whose peer does not read may last until that peer has ended; no caller waits that long.
        await Task.WhenAny(Task.WhenAll(closing), Task.Delay(_options.ConnectTimeout, _time, CancellationToken.None)).ConfigureAwait(false);
        _stop.Dispose();
    }

    private static TaskCompletionSource<RedisLink> NewPromise()
    {
        var promise = new TaskCompletionSource<RedisLink>(TaskCreationOptions.RunContinuationsAsynchronously);
        promise.Task.ObserveFault();
        return promise;
    }

    private static bool IsRefusal(BrokerException error) => error.Problem is BrokerProblem.AccessDenied or BrokerProblem.TooOld;

    // _gate is held.
    private void StartLoopHeld()
    {
        if (_looping || _disposed) return;
        _looping = true;
        _loop = Task.Run(ConnectAsync);
    }

    // _gate is held.
    private void CloseHeld(RedisLink link, TimeSpan grace)
    {
        var closing = Task.Run(() => link.CloseAsync(grace));
        _closing.Add(closing);
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

    private async Task ConnectAsync()
    {
        var attempts = 0;
        while (true)
        {
            try
            {
                if (_failures > 0) await Task.Delay(RedisBackoff.After(_failures), _time, _stop.Token).ConfigureAwait(false);
                attempts++;
                var link = await OpenAsync(_stop.Token).ConfigureAwait(false);
                Publish(link, attempts);
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (BrokerException error)
            {
                if (!GoOn(error, first: attempts == 1)) return;
            }
        }
    }

    private async Task<RedisLink> OpenAsync(CancellationToken cancellationToken)
    {
        RedisLink link;
        try
        {
            link = await RedisLink.OpenAsync(_settings, _kind, _options, _logger, _time, Retire, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not BrokerException and not OperationCanceledException)
        {
            // Nothing that goes wrong here may end the loop: callers wait for it.
            throw new BrokerException(BrokerProblem.Unavailable, $"Redis at {_settings.Display}: {error.Message}", error);
        }

        if (_prepare is null) return link;
        try
        {
            await _prepare(link, cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch (Exception error)
        {
            Retire(link, error.Message, TimeSpan.Zero);
            if (cancellationToken.IsCancellationRequested) throw new OperationCanceledException(error.Message, error, cancellationToken);
            throw new BrokerException(BrokerProblem.Unavailable, $"Redis at {_settings.Display}: {error.Message}", error);
        }
    }

    private void Publish(RedisLink link, int attempts)
    {
        TaskCompletionSource<RedisLink> promise;
        bool replaces;
        lock (_gate)
        {
            _looping = false;
            if (_disposed)
            {
                if (link.TryRetire()) CloseHeld(link, TimeSpan.Zero);
                return;
            }

            _failures++;
            replaces = _everOpened;
            if (link.IsRetired)
            {
                StartLoopHeld();
                return;
            }

            _everOpened = true;
            _lastError = null;
            promise = _next;
            _next = NewPromise();
            _current = link;
        }

        promise.TrySetResult(link);
        RedisConnectionLog.Connected(_logger, link.Version, link.Endpoint, attempts);
        if (!link.IsConnected) Retire(link, "lost while connecting", TimeSpan.Zero);
        else _opened?.Invoke(replaces);
    }

    private bool GoOn(BrokerException error, bool first)
    {
        TaskCompletionSource<RedisLink>? refused = null;
        bool goOn;
        lock (_gate)
        {
            _failures++;
            _lastError = error;
            goOn = !_disposed && (_waiting > 0 || (_kind == RedisLinkKind.Shared && _everOpened));
            if (IsRefusal(error))
            {
                refused = _next;
                _next = NewPromise();
                _refusal = error;
                _refusedAt = _time.GetTimestamp();
                goOn = false;
            }

            if (!goOn) _looping = false;
        }

        refused?.TrySetException(new BrokerException(error.Problem, error.Message, error));
        if (refused is not null) RedisConnectionLog.Refused(_logger, _settings.Display, error.Message);
        else if (first) RedisConnectionLog.CannotConnect(_logger, _settings.Display, error.Message);
        return goOn;
    }
}
