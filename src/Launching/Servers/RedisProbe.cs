using System.Net.Sockets;
using System.Text;

namespace QCluster.Launching.Servers;

/// <summary>The few calls of a server on 127.0.0.1 that starting and stopping it needs.</summary>
internal static class RedisProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>Tells whether a server answers on the port. An error (a missing password, loading) is an answer too.</summary>
    public static async Task<bool> AnswersAsync(int port) => await AskAsync(port, null, static text => text.Length > 0, ["PING"]).ConfigureAwait(false);

    /// <summary>Tells whether the process answers on the port and has loaded its data. The process id tells it from another server on the same port.</summary>
    public static Task<bool> IsReadyAsync(int port, string? password, int processId)
    {
        var own = $"process_id:{processId}\r";
        return AskAsync(port, password, text => text.Contains(own, StringComparison.Ordinal) && text.Contains("\n+PONG\r", StringComparison.Ordinal), ["INFO", "server"], ["PING"]);
    }

    /// <summary>Makes it save its data and exit. Keep the connection open until then.</summary>
    public static async Task<TcpClient> BeginShutDownAsync(int port, string? password, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, cancellationToken).ConfigureAwait(false);
            await client.GetStream().WriteAsync(Compose(password, ["SHUTDOWN"]), cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<bool> AskAsync(int port, string? password, Predicate<string> isWanted, params string[][] commands)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await client.ConnectAsync("127.0.0.1", port, limit.Token).ConfigureAwait(false);
            var stream = client.GetStream();
            await stream.WriteAsync(Compose(password, commands), limit.Token).ConfigureAwait(false);
            var buffer = new byte[16384];
            var length = 0;
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), limit.Token).ConfigureAwait(false) is > 0 and var read)
            {
                length += read;
                var text = Encoding.ASCII.GetString(buffer, 0, length);
                if (isWanted(text))
                    return true;
                if (text[0] == '-' || text.Contains("\r\n-", StringComparison.Ordinal))
                    return false;
            }

            return false;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static byte[] Compose(string? password, params string[][] commands)
    {
        var text = new StringBuilder();
        foreach (var command in password is null ? commands : [["AUTH", password], .. commands])
        {
            text.Append('*').Append(command.Length).Append("\r\n");
            foreach (var word in command)
                text.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
