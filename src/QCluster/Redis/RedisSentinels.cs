using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>Asks Redis Sentinels for the primary of a service.</summary>
internal static class RedisSentinels
{
    /// <summary>The primary that the first sentinel with an answer names.</summary>
    /// <exception cref="BrokerException">No sentinel knows one; has the error of the last one.</exception>
    public static async Task<RedisEndpoint> FindPrimaryAsync(RedisSettings settings, TimeSpan timeout, CancellationToken cancellationToken)
    {
        BrokerException? last = null;
        foreach (var sentinel in settings.Endpoints)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await AskAsync(settings, sentinel, timeout, cancellationToken).ConfigureAwait(false)
                    ?? throw new BrokerException(BrokerProblem.Unavailable, $"The sentinel {sentinel} knows no primary named '{settings.ServiceName}'.");
            }
            catch (BrokerException error)
            {
                last = error;
            }
        }

        throw last!;
    }

    private static async Task<RedisEndpoint?> AskAsync(RedisSettings settings, RedisEndpoint sentinel, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(settings, sentinel, password: null, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException error) when (error.Problem == BrokerProblem.AccessDenied && settings.Password is not null)
        {
            // Sentinels often have no password. Where they have one, it is taken to be that of the servers.
            return await AskAsync(settings, sentinel, settings.Password, timeout, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<RedisEndpoint?> AskAsync(RedisSettings settings, RedisEndpoint sentinel, string? password, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var configuration = RedisConfiguration.Of(settings, [sentinel], timeout);
        configuration.CommandMap = CommandMap.Sentinel;
        configuration.DefaultDatabase = null;
        configuration.User = null;
        configuration.Password = password;
        var multiplexer = await RedisConnect.ToAsync(configuration, [sentinel], timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            var address = await multiplexer.GetServers()[0].SentinelGetMasterAddressByNameAsync(settings.ServiceName!).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return address is null ? null : RedisEndpoint.Of(address);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            throw new BrokerException(BrokerProblem.Unavailable, $"The sentinel {sentinel} did not answer: {error.Message}", error);
        }
        finally
        {
            await RedisConnect.CloseAsync(multiplexer).ConfigureAwait(false);
        }
    }
}
