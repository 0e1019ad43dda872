using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>
/// Finds out why a connection failed, on a separate socket: for a server that is absent, silent, loading, or not Redis at all, the client
/// library says only that it did not connect.
/// </summary>
internal static class RedisDiagnosis
{
    /// <summary>The reason of the most advanced attempt.</summary>
    public static async Task<BrokerException> ExplainAsync(ConfigurationOptions configuration, IReadOnlyList<RedisEndpoint> endpoints, Exception error, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var reasons = await Task.WhenAll(endpoints.Select(endpoint => ExplainAsync(configuration, endpoint, error, timeout, cancellationToken))).ConfigureAwait(false);
        return reasons.FirstOrDefault(reason => reason.Problem != BrokerProblem.Unavailable) ?? reasons.FirstOrDefault(reason => reason.InnerException is not SocketException) ?? reasons[0];
    }

    private static async Task<BrokerException> ExplainAsync(ConfigurationOptions configuration, RedisEndpoint endpoint, Exception error, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The library has waited for the whole time-out already.
        limit.CancelAfter(timeout / 4);
        try
        {
            return Meaning(endpoint, await GreetAsync(configuration, endpoint, limit.Token).ConfigureAwait(false), error, timeout);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new BrokerException(BrokerProblem.Unavailable, $"Redis at {endpoint} did not answer within {timeout.TotalSeconds:0.###} s", error);
        }
        catch (RedisTlsFileException file)
        {
            return new BrokerException(BrokerProblem.Unavailable, $"Redis at {endpoint}: TLS failed: {file.Message} See redis_ca, redis_cert and redis_key.", file);
        }
        catch (AuthenticationException tls)
        {
            return new BrokerException(BrokerProblem.AccessDenied, $"Redis at {endpoint}: TLS failed: {Reason(tls)}", tls);
        }
        catch (Exception lost) when (lost is SocketException or IOException)
        {
            return !configuration.Ssl && lost is IOException && await SpeaksTlsAsync(endpoint, timeout, cancellationToken).ConfigureAwait(false)
                ? new BrokerException(BrokerProblem.AccessDenied, $"Redis at {endpoint} speaks TLS, and TLS is off in the address. Write ssl=true or rediss://.", lost)
                : new BrokerException(BrokerProblem.Unavailable, $"Redis at {endpoint}: {lost.Message}", lost as SocketException ?? lost.InnerException ?? lost);
        }
    }

    /// <summary>A sentence about a certificate needs no further text of the system.</summary>
    private static string Reason(AuthenticationException tls) =>
        tls.InnerException is null or AuthenticationException ? tls.Message : $"{tls.Message} {tls.InnerException.Message}";

    /// <summary>The first line of the reply to PING, or to AUTH if that is refused.</summary>
    private static async Task<string> GreetAsync(ConfigurationOptions configuration, RedisEndpoint endpoint, CancellationToken limit)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(endpoint.Host, endpoint.Port, limit).ConfigureAwait(false);
        Stream stream = client.GetStream();
        await using (stream.ConfigureAwait(false))
        {
            if (configuration.Ssl)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await SecureAsync(tls, configuration, configuration.SslHost ?? endpoint.Host, limit).ConfigureAwait(false);
            }

            try
            {
                return await GreetAsync(configuration, stream, limit).ConfigureAwait(false);
            }
            catch (IOException closed) when (stream is SslStream { IsMutuallyAuthenticated: false })
            {
                // With TLS 1.3 a server refuses a client only after the handshake, and Redis sends no reason.
                throw new IOException("the server closed the connection right after the TLS handshake. If it wants a certificate of its clients, name one that it trusts in redis_cert and redis_key", closed);
            }
        }
    }

    private static async Task<string> GreetAsync(ConfigurationOptions configuration, Stream stream, CancellationToken limit)
    {
        // Before AUTH a server reports nothing about itself, not even that it is loading.
        if (configuration.Password is not null && await AskAsync(stream, ["AUTH", configuration.User ?? "default", configuration.Password], limit).ConfigureAwait(false) is not "+OK" and var refusal)
            return refusal;
        return await AskAsync(stream, ["PING"], limit).ConfigureAwait(false);
    }

    /// <exception cref="AuthenticationException">The certificate is not accepted; the message has the reason.</exception>
    private static async Task SecureAsync(SslStream tls, ConfigurationOptions configuration, string host, CancellationToken limit)
    {
        string? problem = null;
        var options = configuration.SslClientAuthenticationOptions?.Invoke(host)
            ?? new SslClientAuthenticationOptions { TargetHost = host, EnabledSslProtocols = configuration.SslProtocols ?? SslProtocols.None };
        var isOwnAuthority = options.CertificateChainPolicy is not null;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            problem = errors == SslPolicyErrors.None ? null : RedisCertificateProblem.Describe(options.TargetHost ?? host, certificate, chain, errors, isOwnAuthority);
            return problem is null;
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, limit).ConfigureAwait(false);
        }
        catch (AuthenticationException error) when (problem is not null)
        {
            throw new AuthenticationException(problem, error);
        }
    }

    private static async Task<string> AskAsync(Stream stream, string[] command, CancellationToken limit)
    {
        var request = new StringBuilder($"*{command.Length}\r\n");
        foreach (var word in command) request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), limit).ConfigureAwait(false);
        var buffer = new byte[512];
        var length = 0;
        while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), limit).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            var line = buffer.AsSpan(0, length).IndexOf("\r\n"u8);
            if (line >= 0) return Encoding.Latin1.GetString(buffer, 0, line);
        }

        return length > 0 ? Encoding.Latin1.GetString(buffer, 0, length) : throw new IOException("the server closed the connection");
    }

    private static BrokerException Meaning(RedisEndpoint endpoint, string answer, Exception error, TimeSpan timeout)
    {
        if (answer is "+PONG") return new BrokerException(BrokerProblem.Unavailable, $"Redis at {endpoint} answers PING, but a connection could not be set up within {timeout.TotalSeconds:0.###} s. The server, this machine or the network may be overloaded", error);
        if (!answer.StartsWith('-')) return new BrokerException(BrokerProblem.Unavailable, $"The server at {endpoint} does not speak the Redis protocol. Check host and port.", error);
        var problem = RedisReplies.Classify(answer[1..]) switch
        {
            RedisReply.AccessDenied => BrokerProblem.AccessDenied,
            RedisReply.ReadOnly => BrokerProblem.ReadOnly,
            RedisReply.Later => BrokerProblem.Unavailable,
            _ => BrokerProblem.Other,
        };
        return new BrokerException(problem, $"Redis at {endpoint} answered: {answer[1..]}{(problem == BrokerProblem.AccessDenied ? ". " + RedisReplies.AccessAdvice : "")}", error);
    }

    private static async Task<bool> SpeaksTlsAsync(RedisEndpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(endpoint.Host, endpoint.Port, limit.Token).ConfigureAwait(false);
            var tls = new SslStream(client.GetStream());
            await using (tls.ConfigureAwait(false))
            {
                // Nothing is sent to it: whether it can be trusted does not matter here.
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = endpoint.Host, RemoteCertificateValidationCallback = static (_, _, _, _) => true }, limit.Token).ConfigureAwait(false);
                return true;
            }
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            return false;
        }
    }
}
