using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>
/// A connection to Redis that reconnects automatically and carries any number of calls at once. A call ends within its time with its result or a
/// <see cref="BrokerException"/>: the library's own calls have no time-out, and fail at once while the server is unavailable.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly RedisSettings _settings;
    private readonly RedisConnectionOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly RedisLinkSource _links;
    private readonly RedisSubscriptions _subscriptions;
    private readonly ConcurrentDictionary<RedisScript, JoinedScript> _joined = new();
    private volatile bool _isClustered;

    private RedisConnection(RedisSettings settings, RedisConnectionOptions options, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _options = options;
        _logger = logger;
        _time = time;
        // The first link is made at the first call: the subscriptions are there by then.
        _links = new RedisLinkSource(settings, RedisLinkKind.Shared, options, logger, time, (link, cancellationToken) => _subscriptions!.BringToAsync(link, cancellationToken), OnOpened);
        _subscriptions = new RedisSubscriptions(_links, options, time, (started, cancellationToken) => NextLinkAsync(started, error: null, cancellationToken));
    }

    /// <summary>
    /// Raised when a new connection has replaced a lost one and every subscription is active again: messages published meanwhile were missed.
    /// Runs on a pool thread and must be short.
    /// </summary>
    public event EventHandler? Reconnected;

    /// <summary>The address of Redis, without secrets.</summary>
    public string Display => _settings.Display;

    public bool IsConnected => _links.Current is not null;

    /// <summary>The version of the connected server; null without a connection.</summary>
    public Version? ServerVersion => _links.Current?.Version;

    /// <summary>True for a Redis Cluster, as far as is known: there a command may have keys of one slot only.</summary>
    public bool IsClustered
    {
        get
        {
            if (_links.Current is { } link)
                _isClustered = link.IsClustered;
            return _isClustered;
        }
    }

    /// <summary>Makes the connection; the first call connects.</summary>
    public static RedisConnection Create(RedisSettings settings, RedisConnectionOptions options, ILogger logger, TimeProvider time) => new(settings, options, logger, time);

    /// <summary>Runs a script by its hash, and by its text if the server does not have it.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">KEYS.</param>
    /// <param name="args">ARGV.</param>
    /// <param name="mode">The rule for sending it again after a lost reply.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="beforeRepeat">Changes <paramref name="args"/> before they are sent again, if the first call may have run.</param>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>.</exception>
    public Task<RedisResult> ScriptAsync(RedisScript script, RedisKey[] keys, RedisValue[] args, RetryMode mode, CancellationToken cancellationToken = default, Action<RedisValue[]>? beforeRepeat = null)
        => RunAsync(new RedisCall(script, keys, args, beforeRepeat), mode, cancellationToken);

    /// <summary>Runs a script of one key that is safe to repeat, joined with concurrent calls for other queues.</summary>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>.</exception>
    public Task<RedisResult> JoinedScriptAsync(RedisScript script, RedisKey key, RedisValue[] args, CancellationToken cancellationToken = default)
        => _joined.GetOrAdd(script, static (one, connection) => new JoinedScript(connection, one), this).RunAsync(key, args, cancellationToken);

    /// <summary>
    /// Runs a script once for each list of arguments, in this order. All are sent without waiting for one another: the first carries the
    /// script's text, so that no server can know the script for some of them only. A call waits for those before it if it is sent again, or
    /// if the connection is not the one that they used.
    /// </summary>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>. The others of the list may have run.</exception>
    public Task<RedisResult[]> ScriptsAsync(RedisScript script, RedisKey[] keys, IEnumerable<RedisValue[]> args, CancellationToken cancellationToken = default, Action<RedisValue[]>? beforeRepeat = null)
    {
        var calls = new List<Task<RedisResult>>();
        RedisTurn? before = null;
        foreach (var one in args)
        {
            var turn = new RedisTurn(before);
            turn.Done = RunAsync(new RedisCall(script, keys, one, beforeRepeat, turn), RetryMode.Idempotent, cancellationToken);
            calls.Add(turn.Done);
            before = turn;
        }

        return Task.WhenAll(calls);
    }

    /// <summary>Runs any command that does not block. Keys are passed as <see cref="RedisKey"/>.</summary>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>.</exception>
    public Task<RedisResult> ExecuteAsync(string command, object[] args, RetryMode mode, CancellationToken cancellationToken = default)
        => RunAsync(new RedisCall(command, args), mode, cancellationToken);

    /// <summary>Measures the time of a PING.</summary>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>.</exception>
    public async Task<TimeSpan> RoundTripAsync(CancellationToken cancellationToken = default)
    {
        var started = _time.GetTimestamp();
        await ExecuteAsync("PING", [], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        return _time.GetElapsedTime(started);
    }

    /// <summary>
    /// Listens to a channel until the result is disposed. The subscription is active on return. Handlers run on a pool thread, must be short, and may
    /// run concurrently for different messages. Messages published while the connection is lost are missed: see <see cref="Reconnected"/>.
    /// </summary>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>.</exception>
    public Task<IAsyncDisposable> SubscribeAsync(string channel, Action<byte[]> handler, CancellationToken cancellationToken = default) => _subscriptions.AddAsync(channel, handler, cancellationToken);

    /// <summary>Cuts the current connection, as the network might; calls under way are repeated over the next.</summary>
    public void Drop()
    {
        if (_links.Current is { } link)
            _links.Retire(link, "dropped", TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await _subscriptions.StopAsync().ConfigureAwait(false);
        await _links.DisposeAsync().ConfigureAwait(false);
        await _subscriptions.Watching.ConfigureAwait(false);
    }

    private async Task<RedisResult> RunAsync(RedisCall call, RetryMode mode, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        var withText = call.WithText;
        var refusals = 0;
        BrokerException? lastError = null;
        while (true)
        {
            var link = _links.Current ?? await NextLinkAsync(started, lastError, cancellationToken).ConfigureAwait(false);
            if (call.Turn is { } turn)
            {
                if (turn.MustWait(link, isRepeat: lastError is not null || withText))
                {
                    await turn.WaitAsync().ConfigureAwait(false);
                    continue;
                }

                turn.SentOver = link;
                // The server behind another connection may not know the script.
                withText |= lastError is not null;
            }

            Task<RedisResult> sent;
            link.Begin();
            try
            {
                sent = call.Send(link, withText);
            }
            catch (Exception thrown) when (RedisErrors.IsConnectionError(thrown) || RedisErrors.IsCrossSlot(thrown))
            {
                sent = Task.FromException<RedisResult>(thrown);
            }

            var waiting = sent.IsCompleted ? sent : sent.WaitAsync(link.Dead);
            if (cancellationToken.CanBeCanceled) waiting = waiting.WaitAsync(cancellationToken);
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (sent.IsCompletedSuccessfully)
            {
                link.End(replied: true);
                return sent.Result;
            }

            var error = sent.IsFaulted ? sent.Exception!.InnerException! : null;
            link.End(replied: error is RedisServerException);
            if (error is null)
            {
                sent.ObserveFault();
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (error is RedisServerException reply)
            {
                var meaning = RedisReplies.Classify(reply.Message);
                if (meaning == RedisReply.NoScript && call.Script is not null && !withText)
                {
                    withText = true;
                    continue;
                }

                lastError = RedisErrors.Failure(call, link, meaning, reply);
                if (meaning is not (RedisReply.Later or RedisReply.ReadOnly)) throw lastError;
                if (meaning == RedisReply.ReadOnly && _time.GetElapsedTime(link.OpenedAt) > TimeSpan.FromSeconds(1))
                    _links.Retire(link, reply.Message, _options.ReplyTimeout);
                await PauseAsync(++refusals, started, lastError, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                if (error is not null && !RedisErrors.IsConnectionError(error)) throw new BrokerException(BrokerProblem.Other, $"{call.Name} cannot be sent to Redis at {link.Endpoint}: {(RedisErrors.IsCrossSlot(error) ? RedisReplies.CrossSlot + " " : "")}{error.Message}", error);
                var notSent = error is not null && RedisErrors.WasNotSent(error);
                lastError = new BrokerException(
                    BrokerProblem.Unavailable,
                    notSent
                        ? $"The connection to Redis at {link.Endpoint} was closed before {call.Name} was sent: {error!.Message}"
                        : $"The connection to Redis at {link.Endpoint} was lost before the reply to {call.Name} came{(error is null ? $": no reply within {_options.ReplyTimeout.TotalSeconds:0.###} s, or the connection was closed" : ": " + error.Message)}. It may or may not have run",
                    error);
                _links.Retire(link, error?.Message ?? "no reply in time", TimeSpan.Zero);
                if (mode == RetryMode.Never && !notSent) throw lastError;
                call.PrepareRepeat();
            }
        }
    }

    private async ValueTask<RedisLink> NextLinkAsync(long started, BrokerException? error, CancellationToken cancellationToken)
    {
        var left = _options.CallTimeout - _time.GetElapsedTime(started);
        return await _links.WaitAsync(left, cancellationToken).ConfigureAwait(false) ?? throw TimeIsUp(started, _links.LastError ?? error);
    }

    private async Task PauseAsync(int refusals, long started, BrokerException error, CancellationToken cancellationToken)
    {
        var pause = RedisBackoff.After(refusals);
        if (_time.GetElapsedTime(started) + pause > _options.CallTimeout) throw TimeIsUp(started, error);
        await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
    }

    private BrokerException TimeIsUp(long started, BrokerException? error)
        => new(
            error?.Problem ?? BrokerProblem.Unavailable,
            $"Redis at {_settings.Display} could not be used; tried for {_time.GetElapsedTime(started).TotalSeconds:0.0} s. The last error: {error?.Message ?? "no connection in time"}",
            error);

    private void OnOpened(bool replaces)
    {
        if (!replaces) return;
        try
        {
            Reconnected?.Invoke(this, EventArgs.Empty);
        }
        catch (Exception error)
        {
            // A listener's fault must not stop the connection.
            RedisConnectionLog.ReconnectedHandlerFailed(_logger, error);
        }
    }
}
