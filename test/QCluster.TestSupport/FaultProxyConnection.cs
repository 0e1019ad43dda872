using System.Net.Sockets;
using System.Text;

namespace QCluster.TestSupport;

/// <summary>One client and its connection to the server.</summary>
internal sealed class FaultProxyConnection
{
    private readonly FaultProxy _proxy;
    private readonly Socket _client;
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Lock _gate = new();
    // One entry for each command whose reply is owed: its fault, or null.
    private readonly Queue<FaultProxy.PlannedFault?> _owed = [];
    // Once a client subscribes, what the server sends answers no command in particular.
    private volatile bool _pushes;

    public FaultProxyConnection(FaultProxy proxy, Socket client)
    {
        _proxy = proxy;
        _client = client;
        client.NoDelay = true;
    }

    public void Close()
    {
        _client.Dispose();
        _server.Dispose();
    }

    public async Task RunAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            await _proxy.PassAsync(isRequest: false);
            await _server.ConnectAsync(host, port, cancellationToken);
            var requests = PumpAsync(_client, _server, RequestAsync, isRequest: true, cancellationToken);
            var replies = PumpAsync(_server, _client, ReplyAsync, isRequest: false, cancellationToken);
            await Task.WhenAny(requests, replies);
            Close();
            await Task.WhenAll(requests, replies);
        }
        catch (Exception error) when (IsClosed(error))
        {
            // One side is gone; the caller closes the other.
            Close();
        }
    }

    private static bool IsClosed(Exception error) => error is SocketException or ObjectDisposedException or OperationCanceledException;

    private async Task PumpAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, Task<bool>> take, bool isRequest, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
                if (read == 0) return;
                filled += read;
                await _proxy.PassAsync(isRequest);
                var start = 0;
                var cut = false;
                while (start < filled && !cut)
                {
                    var length = RespFrames.Measure(buffer.AsSpan(start, filled - start));
                    if (length == 0) break;
                    cut = !await take(buffer.AsMemory(start, length));
                    if (!cut) start += length;
                }

                // What came before the frame that is cut still arrives.
                await SendAsync(to, buffer.AsMemory(0, start), cancellationToken);
                if (cut) return;
                buffer.AsSpan(start, filled - start).CopyTo(buffer);
                filled -= start;
                if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception error) when (IsClosed(error))
        {
            // The other direction sees it too.
            Close();
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
    }

    private Task<bool> RequestAsync(ReadOnlyMemory<byte> command)
    {
        if (IsSubscribe(command)) _pushes = true;
        var fault = _proxy.FaultFor(command);
        if (fault?.Kind == Fault.CutRequest)
        {
            fault.Happened.TrySetResult();
            return Task.FromResult(false);
        }

        lock (_gate) _owed.Enqueue(fault);
        return Task.FromResult(true);
    }

    private Task<bool> ReplyAsync(ReadOnlyMemory<byte> reply)
    {
        FaultProxy.PlannedFault? fault = null;
        lock (_gate)
        {
            if (!_pushes || _owed.Count > 0) _owed.TryDequeue(out fault);
        }

        if (fault is null) return Task.FromResult(true);
        fault.Happened.TrySetResult();
        return Task.FromResult(false);
    }

    private static bool IsSubscribe(ReadOnlyMemory<byte> command)
        => Encoding.Latin1.GetString(command.Span[..Math.Min(command.Length, 40)]).Contains("SUBSCRIBE", StringComparison.OrdinalIgnoreCase);
}
