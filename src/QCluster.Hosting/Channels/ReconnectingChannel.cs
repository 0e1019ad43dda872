namespace QCluster.Hosting.Channels;

/// <summary>
/// The worker's end of its channel to the pusher or the monitor: connects, and connects again when that process has been
/// replaced, for the life of the worker, on its own thread.
/// </summary>
internal sealed class ReconnectingChannel : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly string _name;
    private readonly int _maxFrame;
    private readonly FrameHandler _handler;
    private readonly Action<FrameConnection> _onConnected;
    private readonly ManualResetEventSlim _closed = new();
    private volatile FrameConnection? _current;
    private readonly ManualResetEventSlim _stopping = new();

    /// <param name="path">The socket.</param>
    /// <param name="name">For the threads.</param>
    /// <param name="maxFrame">Largest frame accepted, bytes.</param>
    /// <param name="handler">Takes frames.</param>
    /// <param name="onConnected">Called on each new connection before any of its frames is read: sends the data that the other side needs first.</param>
    public ReconnectingChannel(string path, string name, int maxFrame, FrameHandler handler, Action<FrameConnection> onConnected)
    {
        _path = path;
        _name = name;
        _maxFrame = maxFrame;
        _handler = handler;
        _onConnected = onConnected;
    }

    public bool IsConnected => _current is { IsClosed: false };

    public void Start() => new Thread(Run) { IsBackground = true, Name = _name + " connector" }.Start();

    /// <summary>Sends on the current connection. False if there is none: the next one begins with a resynchronisation.</summary>
    public bool Send(FrameType type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> more = default, bool later = false) => _current?.Send(type, body, more, later) ?? false;

    /// <summary>Sends what has been put off.</summary>
    public void Flush() => _current?.Flush();

    /// <summary>Cuts the current connection; the next one follows.</summary>
    public void Drop() => _current?.Dispose();

    private void Run()
    {
        var pause = FirstPause;
        while (!_stopping.IsSet)
        {
            var socket = LocalSocket.TryConnect(_path);
            if (socket is null)
            {
                _stopping.Wait(pause);
                pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
                continue;
            }

            pause = FirstPause;
            _closed.Reset();
            using var connection = new FrameConnection(socket, _maxFrame);
            // Open to senders first: what one of them recorded before this line is part of what onConnected sends, and what it
            // records afterwards it can send. Frames ahead of the opening one are ignored there, and are part of it.
            _current = connection;
            _onConnected(connection);
            connection.Start(_name, _handler, (_, _) => _closed.Set());
            _closed.Wait();
            _current = null;
        }
    }

    public void Dispose()
    {
        _stopping.Set();
        _current?.Dispose();
        _closed.Set();
    }
}
