using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>The client library's options for our connections.</summary>
internal static class RedisConfiguration
{
    /// <summary>Time-outs, retries and reconnection are off: <see cref="RedisConnection"/> does them.</summary>
    public static ConfigurationOptions Of(RedisSettings settings, IReadOnlyList<RedisEndpoint> endpoints, TimeSpan connectTimeout)
    {
        var endless = (int)TimeSpan.FromDays(1).TotalMilliseconds;
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            // INFO counts as an administrator's command.
            AllowAdmin = true,
            AsyncTimeout = endless,
            BacklogPolicy = BacklogPolicy.FailFast,
            ClientName = settings.ClientName,
            ConfigCheckSeconds = 0,
            ConfigurationChannel = "",
            ConnectRetry = 1,
            ConnectTimeout = (int)connectTimeout.TotalMilliseconds,
            DefaultDatabase = settings.Database,
            KeepAlive = 60,
            Password = settings.Password,
            Ssl = settings.Ssl,
            SyncTimeout = endless,
            TieBreaker = "",
            User = settings.User,
        };
        if (settings.Ssl)
        {
            configuration.SslHost = settings.SslHost ?? endpoints[0].Host;
            configuration.SslProtocols = settings.SslProtocols;
            // The library's own options know neither a list of authorities nor the certificates between.
            if (settings.Tls is { } tls)
                configuration.SslClientAuthenticationOptions = host => tls.OptionsFor(host, settings.SslProtocols);
        }

        foreach (var endpoint in endpoints) configuration.EndPoints.Add(endpoint.Host, endpoint.Port);
        return configuration;
    }
}
