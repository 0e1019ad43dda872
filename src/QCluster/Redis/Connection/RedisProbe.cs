using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace QCluster.Redis;

/// <summary>
/// Asks a server, on a socket of its own, whether it can be used: the client library says of a server that is absent, loading, too old or
/// refuses the password only that it did not connect, and takes its time.
/// </summary>
internal static class RedisProbe
{
    private static readonly Version Oldest = new(6, 2);

    /// <summary>The server to connect to: the first primary that answers, or the first node of a cluster.</summary>
    /// <exception cref="BrokerException">None can be used; the error of the one that came nearest.</exception>
    public static async Task<RedisServerInfo> FindAsync(RedisSettings settings, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var endpoints = settings.ServiceName is null
            ? settings.Endpoints
            : [await AskSentinelsAsync(settings, timeout, time, cancellationToken).ConfigureAwait(false)];
        if (endpoints.Count == 1) return Primary(settings, await AskAsync(settings, endpoints[0], timeout, time, cancellationToken).ConfigureAwait(false));

        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = endpoints.Select(endpoint => AskAsync(settings, endpoint, timeout, time, found.Token)).ToArray();
        foreach (var one in asked) one.Forget();
        BrokerException? nearest = null;
        try
        {
            await foreach (var one in Task.WhenEach(asked).ConfigureAwait(false))
            {
                try
                {
                    return Primary(settings, await one.ConfigureAwait(false));
                }
                catch (BrokerException error)
                {
                    // A server that answered says more than one that is absent; a replica less than any other answer.
                    if (nearest is null || nearest.Problem == BrokerProblem.Unavailable || (nearest.Problem == BrokerProblem.ReadOnly && error.Problem != BrokerProblem.Unavailable)) nearest = error;
                }
            }
        }
        finally
        {
            await found.CancelAsync().ConfigureAwait(false);
        }

        throw nearest!;
    }

    private static RedisServerInfo Primary(RedisSettings settings, RedisServerInfo server)
        => server.IsCluster || !server.IsReplica
            ? server
            : throw new BrokerException(BrokerProblem.ReadOnly, $"Redis at {settings.Display} is a replica and accepts no writes. Give the primary's endpoint, or the sentinels' with serviceName=.");

    private static async Task<RedisServerInfo> AskAsync(RedisSettings settings, RedisEndpoint endpoint, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        return await TalkAsync(settings, endpoint, timeout, time, Ask, cancellationToken).ConfigureAwait(false);

        async Task<RedisServerInfo> Ask(RespStream stream, IPEndPoint address, CancellationToken limit)
        {
            if (settings.Password is not null)
            {
                var auth = await stream.CallAsync(settings.User is null ? ["AUTH", settings.Password] : ["AUTH", settings.User, settings.Password], limit).ConfigureAwait(false);
                if (auth.IsError) throw new BrokerException(BrokerProblem.AccessDenied, $"Redis at {endpoint} refused the password: {auth.Text}");
            }

            Refuse(endpoint, await stream.CallAsync(["PING"], limit).ConfigureAwait(false));
            var server = Refuse(endpoint, await stream.CallAsync(["INFO", "server"], limit).ConfigureAwait(false));
            var replication = Refuse(endpoint, await stream.CallAsync(["INFO", "replication"], limit).ConfigureAwait(false));
            var text = Field(server, "redis_version");
            var version = ReadVersion(text);
            if (version < Oldest)
                throw new BrokerException(BrokerProblem.TooOld, $"Redis at {endpoint} is version {text ?? "unknown"}; QCluster needs Redis 6.2 or newer (or Valkey). Upgrade the server or give another endpoint.");
            return new RedisServerInfo(
                endpoint,
                address,
                version,
                IsReplica: Field(replication, "role") is not "master",
                IsCluster: Field(server, "redis_mode") is "cluster");
        }
    }

    private static async Task<RedisEndpoint> AskSentinelsAsync(RedisSettings settings, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        BrokerException? last = null;
        foreach (var sentinel in settings.Endpoints)
        {
            try
            {
                var answer = await TalkAsync(settings, sentinel, timeout, time, Ask, cancellationToken).ConfigureAwait(false);
                if (answer is { } found) return found;
                last = new BrokerException(BrokerProblem.Unavailable, $"The sentinel {sentinel} knows no primary named '{settings.ServiceName}'.");
            }
            catch (BrokerException error)
            {
                last = error;
            }
        }

        throw last!;

        async Task<RedisEndpoint?> Ask(RespStream stream, IPEndPoint address, CancellationToken limit)
        {
            string[] question = ["SENTINEL", "get-master-addr-by-name", settings.ServiceName!];
            var answer = await stream.CallAsync(question, limit).ConfigureAwait(false);
            if (answer.IsError && RedisReplies.Classify(answer.Text!) == RedisReply.AccessDenied && settings.Password is not null)
            {
                // Sentinels often have no password; where they have one it is taken to be the servers'.
                var auth = await stream.CallAsync(["AUTH", settings.Password], limit).ConfigureAwait(false);
                if (auth.IsError) throw new BrokerException(BrokerProblem.AccessDenied, $"The sentinel refused the password: {auth.Text}");
                answer = await stream.CallAsync(question, limit).ConfigureAwait(false);
            }

            if (answer.IsError) throw new BrokerException(BrokerProblem.Unavailable, $"The sentinel answered: {answer.Text}");
            return answer.Items is [{ Text: { } host }, { Text: { } port }] && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new RedisEndpoint(host, number)
                : null;
        }
    }

    private static async Task<T> TalkAsync<T>(RedisSettings settings, RedisEndpoint endpoint, TimeSpan timeout, TimeProvider time, Func<RespStream, IPEndPoint, CancellationToken, Task<T>> talk, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (IPAddress.TryParse(endpoint.Host, out var known)) await socket.ConnectAsync(known, endpoint.Port, either.Token).ConfigureAwait(false);
            else await socket.ConnectAsync(endpoint.Host, endpoint.Port, either.Token).ConfigureAwait(false);
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            var address = remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;
            var plain = new NetworkStream(socket, ownsSocket: false);
            Stream stream = plain;
            await using (plain.ConfigureAwait(false))
            {
                if (settings.Ssl)
                {
                    var tls = new SslStream(plain, leaveInnerStreamOpen: true);
                    stream = tls;
                    var options = new SslClientAuthenticationOptions { TargetHost = settings.SslHost ?? endpoint.Host, EnabledSslProtocols = settings.SslProtocols };
                    await tls.AuthenticateAsClientAsync(options, either.Token).ConfigureAwait(false);
                }

                await using (stream.ConfigureAwait(false))
                {
                    return await talk(new RespStream(stream), address, either.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerException(BrokerProblem.Unavailable, $"Redis at {endpoint} gave no answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (AuthenticationException error)
        {
            throw new BrokerException(BrokerProblem.AccessDenied, $"Redis at {endpoint}: TLS failed: {error.Message} {error.InnerException?.Message}".TrimEnd(), error);
        }
        catch (Exception error) when (error is SocketException or IOException or FormatException)
        {
            throw new BrokerException(BrokerProblem.Unavailable, $"Redis at {endpoint}: {error.Message}", error);
        }
    }

    private static string Refuse(RedisEndpoint endpoint, RespReply reply)
    {
        if (!reply.IsError) return reply.Text ?? "";
        var problem = RedisReplies.Classify(reply.Text!) switch
        {
            RedisReply.AccessDenied => BrokerProblem.AccessDenied,
            RedisReply.ReadOnly => BrokerProblem.ReadOnly,
            RedisReply.Later => BrokerProblem.Unavailable,
            _ => BrokerProblem.Other,
        };
        throw new BrokerException(problem, $"Redis at {endpoint} answered: {reply.Text}");
    }

    private static string? Field(string info, string name)
    {
        foreach (var line in info.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ':') return line[(name.Length + 1)..].Trim().ToString();
        }

        return null;
    }

    private static Version ReadVersion(string? text)
    {
        var numbers = text.AsSpan();
        var end = numbers.IndexOfAnyExcept("0123456789.");
        return Version.TryParse(end < 0 ? numbers : numbers[..end], out var version) ? version : new Version(0, 0);
    }
}
