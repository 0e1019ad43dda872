using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Redis.Connection;

/// <summary>A server of its own for each fixture, and connections with short time-outs.</summary>
public abstract class RedisConnectionFixture
{
    internal static readonly RedisScript Increment = new("increment", "return redis.call('INCR', KEYS[1])");

    internal static RedisConnectionOptions Options { get; } = new()
    {
        ClientName = "qcluster-tests",
        ReplyTimeout = TimeSpan.FromMilliseconds(500),
        CallTimeout = TimeSpan.FromSeconds(10),
        ConnectTimeout = TimeSpan.FromSeconds(1),
    };

    internal static RedisConnectionOptions Hasty { get; } = Options with { CallTimeout = TimeSpan.FromSeconds(1.5) };

    internal static RedisConnection Connect(string endpoint, RedisConnectionOptions? options = null)
        => RedisConnection.Create(RedisSettings.Parse(endpoint), options ?? Options, NullLogger.Instance, TimeProvider.System);

    internal static RedisBlockingConnection ConnectBlocking(string endpoint, RedisConnectionOptions? options = null)
        => RedisBlockingConnection.Create(RedisSettings.Parse(endpoint), options ?? Options, NullLogger.Instance, TimeProvider.System);

    internal static async Task<int> IncrementAsync(RedisConnection connection, string key, RetryMode mode = RetryMode.Idempotent)
        => (int)await connection.ScriptAsync(Increment, [key], [], mode);

    internal static async Task<string?> GetAsync(RedisConnection connection, string key)
        => (string?)await connection.ExecuteAsync("GET", [(RedisKey)key], RetryMode.Idempotent);

    internal static async Task<BrokerException> FailureOf(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (BrokerException error)
        {
            return error;
        }

        throw new AssertionException("There was no BrokerException.");
    }
}
