using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>Connects, or says why not.</summary>
internal static class RedisConnect
{
    /// <summary>Connects to any endpoint that can be reached.</summary>
    /// <exception cref="BrokerException">No endpoint can be reached; has the reason of the most advanced attempt.</exception>
    public static async Task<ConnectionMultiplexer> ToAsync(ConfigurationOptions configuration, IReadOnlyList<RedisEndpoint> endpoints, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var connecting = ConnectionMultiplexer.ConnectAsync(configuration);
        try
        {
            // The library has its own time-out; this wait is for the case that it fails.
            return await connecting.WaitAsync(timeout + timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or OperationCanceledException)
        {
            DisposeLate(connecting);
            if (error is OperationCanceledException && cancellationToken.IsCancellationRequested) throw;
            throw await RedisDiagnosis.ExplainAsync(configuration, endpoints, error, timeout, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the sockets without waiting for replies: the library's own disposal waits for them.</summary>
    public static async Task CloseAsync(ConnectionMultiplexer multiplexer)
    {
        await multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        await multiplexer.DisposeAsync().ConfigureAwait(false);
    }

    private static void DisposeLate(Task<ConnectionMultiplexer> connecting)
    {
        connecting.ObserveFault();
        _ = connecting.ContinueWith(
            static done => CloseAsync(done.Result).ObserveFault(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
    }
}
