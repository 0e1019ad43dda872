using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Garnet.networking;
using Garnet.server;

namespace QCluster.Embedded.Serving;

/// <summary>Accepts connections, and gives them to the one thread that runs requests.</summary>
internal sealed class Listener : GarnetServerBase
{
    private const int Backlog = 512;

    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Connection, bool> _connections = new();
    private readonly Socket _socket;

    public Listener(IPEndPoint endpoint)
        : base(endpoint, 0)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (OperatingSystem.IsWindows())
            _socket.ExclusiveAddressUse = true;
    }

    /// <summary>Takes the port, and accepts nobody yet.</summary>
    /// <exception cref="SocketException">Another process has it.</exception>
    public void Bind() => _socket.Bind(EndPoint);

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public int Count => _connections.Count;

    public override IEnumerable<IMessageConsumer> ActiveConsumers() => _connections.Keys.Select(c => c.Session);

    public override IEnumerable<IClusterSession> ActiveClusterSessions() => [];

    /// <summary>Garnet starts it with its store; clients come when the loop runs.</summary>
    public override void Start()
    {
        // See Accept.
    }

    /// <summary>Lets clients in.</summary>
    public void Accept(RequestLoop loop)
    {
        _socket.Listen(Backlog);
        _ = AcceptAsync(loop);
    }

    public override void Close()
    {
        Disposed = true;
        _socket.Close();
    }

    public override void Dispose()
    {
        Disposed = true;
        _socket.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Abort();
        base.Dispose();
    }

    private async Task AcceptAsync(RequestLoop loop)
    {
        var pause = TimeSpan.Zero;
        while (!Disposed)
        {
            try
            {
                await Task.Delay(pause).ConfigureAwait(false);
                pause = TimeSpan.Zero;
                var client = await _socket.AcceptAsync().ConfigureAwait(false);
                client.NoDelay = true;
                IncrementConnectionsReceived();
                var connection = new Connection(client, loop, Remove);
                _connections[connection] = true;
                loop.Post(() => connection.Open(NewSession));
            }
            catch (SocketException e) when (!Disposed)
            {
                // That client has left already, or there are too many.
                if (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
                    pause = PauseWhenFull;
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private IMessageConsumer NewSession(INetworkSender sink)
    {
        var provider = GetSessionProviders()[WireFormat.ASCII];
        AddSession(WireFormat.ASCII, ref provider, sink, out var session);
        return session;
    }

    private void Remove(Connection connection)
    {
        if (_connections.TryRemove(connection, out _))
            IncrementConnectionsDisposed();
    }
}
