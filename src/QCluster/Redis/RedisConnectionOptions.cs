namespace QCluster.Redis;

/// <summary>The time-outs of a connection. Durations are positive.</summary>
internal sealed record RedisConnectionOptions
{
    /// <summary>The name in <c>CLIENT LIST</c>.</summary>
    public string ClientName { get; init; } = "qcluster";

    /// <summary>A server that owes replies and sends none for this long is declared dead; also the time-out of one attempt.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The whole time of a call, with all its tries.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time-out of one attempt to connect, per endpoint.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The interval of the checks of the subscriptions' connection, while there are subscriptions.</summary>
    public TimeSpan SubscriptionCheck { get; init; } = TimeSpan.FromSeconds(1);
}
