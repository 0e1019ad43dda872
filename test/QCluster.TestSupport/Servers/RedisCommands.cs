using System.Net.Sockets;

namespace QCluster.TestSupport;

internal static class RedisCommands
{
    public static async Task<string> CallAsync(string host, int port, string? password, string[] command, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(host, port, limit.Token);
        var stream = new RespStream(client.GetStream());
        if (password is not null) Text(await stream.CallAsync(["AUTH", password], limit.Token));
        return Text(await stream.CallAsync(command, limit.Token));
    }

    private static string Text(RespReply reply)
    {
        if (reply.IsError) throw new InvalidOperationException(reply.Text);
        return reply.Items is null ? reply.Text ?? "" : string.Join('\n', reply.Items.Select(Text));
    }
}
