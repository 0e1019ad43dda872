using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QCluster.TestSupport;

/// <summary>A listener that answers each command as it is told: for servers that cannot be had, such as old ones.</summary>
public sealed class ScriptedRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly Func<string, string> _answer;
    private readonly Task _accepting;

    /// <summary>Starts listening.</summary>
    /// <param name="answer">Given a command, its words apart by a space, the reply as on the wire.</param>
    public ScriptedRedis(Func<string, string> answer)
    {
        _answer = answer;
        _stopped = _stop.Token;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Endpoint => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public static string Bulk(string text) => $"${Encoding.Latin1.GetByteCount(text)}\r\n{text}\r\n";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_stopped));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Disposed of.
            _listener.Stop();
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var owned = client;
        var buffer = new byte[65536];
        var filled = 0;
        try
        {
            while (await client.ReceiveAsync(buffer.AsMemory(filled), _stopped) is var read and > 0)
            {
                filled += read;
                while (RespFrames.Measure(buffer.AsSpan(0, filled)) is var length and > 0)
                {
                    var lines = Encoding.Latin1.GetString(buffer, 0, length).Split("\r\n");
                    var words = lines.Where((_, index) => index > 0 && index % 2 == 0);
                    await client.SendAsync(Encoding.Latin1.GetBytes(_answer(string.Join(' ', words).TrimEnd())), _stopped);
                    buffer.AsSpan(length, filled - length).CopyTo(buffer);
                    filled -= length;
                    if (filled == 0) break;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The client left, or the test is over.
            client.Close();
        }
    }
}
