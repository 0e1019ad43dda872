using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>
/// A connection for blocking commands, one at a time, because commands behind a blocking one wait for it.
/// Failures are reported, not retried; the next call gets a new connection.
/// </summary>
internal sealed class RedisBlockingConnection : IAsyncDisposable
{
    private readonly RedisSettings _settings;
    private readonly RedisConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly RedisLinkSource _links;

    private RedisBlockingConnection(RedisSettings settings, RedisConnectionOptions options, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _options = options;
        _time = time;
        _links = new RedisLinkSource(settings, RedisLinkKind.Blocking, options, logger, time);
    }

    /// <summary>Makes the connection; the first call connects.</summary>
    public static RedisBlockingConnection Create(RedisSettings settings, RedisConnectionOptions options, ILogger logger, TimeProvider time) => new(settings, options, logger, time);

    /// <summary>
    /// Runs a command for which the server waits up to <paramref name="blockFor"/> (which the caller also writes into its arguments).
    /// Cancelling releases the caller at once and closes the connection, so that the server drops the waiting command. A command that was just
    /// about to reply has run, so an element popped at that instant is lost: pop only elements that may be lost, such as tokens.
    /// </summary>
    /// <exception cref="BrokerException">No connection within the call's time-out, or no reply within <paramref name="blockFor"/> and the reply time-out; or the server's error.</exception>
    public async Task<RedisResult> ExecuteAsync(string command, object[] args, TimeSpan blockFor, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var link = _links.Current ?? await _links.WaitAsync(_options.CallTimeout, cancellationToken).ConfigureAwait(false)
            ?? throw new BrokerException(
                _links.LastError?.Problem ?? BrokerProblem.Unavailable,
                $"Redis at {_settings.Display} could not be used; tried for {_options.CallTimeout.TotalSeconds:0.0} s. The last error: {_links.LastError?.Message ?? "no connection in time"}",
                _links.LastError);
        Task<RedisResult>? sent = null;
        var replied = false;
        link.Begin();
        var limit = blockFor + _options.ReplyTimeout;
        try
        {
            sent = link.Execute(command, args);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.Dead);
            var reply = await sent.WaitAsync(limit, _time, either.Token).ConfigureAwait(false) ?? throw new TimeoutException("it was closed before a reply arrived");
            replied = true;
            return reply;
        }
        catch (RedisServerException error)
        {
            replied = true;
            var problem = RedisReplies.Classify(error.Message) switch
            {
                RedisReply.Later => BrokerProblem.Unavailable,
                RedisReply.ReadOnly => BrokerProblem.ReadOnly,
                RedisReply.OutOfMemory => BrokerProblem.OutOfMemory,
                RedisReply.AccessDenied => BrokerProblem.AccessDenied,
                _ => BrokerProblem.Other,
            };
            // UNBLOCKED: a primary turned replica ends the commands that wait on it; the next call has to look for the new primary.
            var moved = problem == BrokerProblem.ReadOnly || error.Message.StartsWith("UNBLOCKED", StringComparison.Ordinal);
            if (moved) _links.Retire(link, error.Message, TimeSpan.Zero);
            throw new BrokerException(moved && problem == BrokerProblem.Other ? BrokerProblem.Unavailable : problem, $"Redis at {link.Endpoint} answered {command} with: {error.Message}", error);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            sent?.ObserveFault();
            if (error is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                _links.Discard(link);
                throw new OperationCanceledException(error.Message, error, cancellationToken);
            }

            _links.Retire(link, error.Message, TimeSpan.Zero);
            throw new BrokerException(
                BrokerProblem.Unavailable,
                error is TimeoutException && sent?.IsCompleted != true
                    ? $"Redis at {link.Endpoint} gave no reply to {command} within {limit.TotalSeconds:0.###} s"
                    : $"The connection to Redis at {link.Endpoint} was lost while {command} waited: {error.Message}",
                error);
        }
        finally
        {
            link.End(replied);
        }
    }

    public ValueTask DisposeAsync() => _links.DisposeAsync();
}
