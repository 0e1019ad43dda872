using System.Buffers.Binary;
using System.Net.Sockets;

namespace QCluster.Hosting.Channels;

/// <summary>
/// Frames over one local stream socket: a big-endian 32-bit length, a type byte, a body. Reading runs on its own thread and
/// sending runs on the caller's thread, so that user code which blocks the thread pool cannot stop either. Senders combine:
/// the one that finds the socket free also writes the frames that others have added meanwhile.
/// </summary>
internal sealed class FrameConnection : IDisposable
{
    private const int HeaderSize = 5;
    private const int MaxDelayed = 16 << 10;

    private readonly Socket _socket;
    private readonly int _maxFrame;
    private readonly Lock _lock = new();
    private byte[] _pending = new byte[4096];
    private byte[] _spare = new byte[4096];
    private int _pendingLength;
    private bool _sending;
    private int _closed;
    private Action<FrameConnection, Exception?>? _onClosed;

    public FrameConnection(Socket socket, int maxFrame)
    {
        _socket = socket;
        _maxFrame = maxFrame;
    }

    /// <summary>An object that the owner attaches to the connection.</summary>
    public object? Tag { get; set; }

    /// <summary>The number of bytes that wait to be sent.</summary>
    public int Unsent => Volatile.Read(ref _pendingLength);

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Starts reading. Once either side has closed the connection, <paramref name="onClosed"/> is called once, after the last frame.</summary>
    public void Start(string name, FrameHandler handler, Action<FrameConnection, Exception?> onClosed)
    {
        _onClosed = onClosed;
        new Thread(() => Read(handler)) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Sends a frame. False if the connection is closed; true does not mean that the other side has it.</summary>
    /// <param name="type">The type of the frame.</param>
    /// <param name="body">The first part of the body.</param>
    /// <param name="more">The rest of the body.</param>
    /// <param name="later">True: the frame may wait for the next one without this flag, or for <see cref="Flush"/>.</param>
    public bool Send(FrameType type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> more = default, bool later = false)
    {
        lock (_lock)
        {
            if (IsClosed)
                return false;
            Append(type, body, more);
            if (_sending || (later && _pendingLength < MaxDelayed))
                return true;
            _sending = true;
        }

        return Write();
    }

    /// <summary>Sends what has been put off.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (IsClosed || _sending || _pendingLength == 0)
                return;
            _sending = true;
        }

        Write();
    }

    private void Append(FrameType type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> more)
    {
        var size = HeaderSize + body.Length + more.Length;
        if (_pending.Length - _pendingLength < size)
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingLength + size));
        var frame = _pending.AsSpan(_pendingLength, size);
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length + more.Length);
        frame[4] = (byte)type;
        body.CopyTo(frame[HeaderSize..]);
        more.CopyTo(frame[(HeaderSize + body.Length)..]);
        _pendingLength += size;
    }

    private bool Write()
    {
        try
        {
            while (true)
            {
                byte[] buffer;
                int length;
                lock (_lock)
                {
                    if (_pendingLength == 0)
                    {
                        _sending = false;
                        return true;
                    }

                    (buffer, length) = (_pending, _pendingLength);
                    (_pending, _spare) = (_spare, _pending);
                    _pendingLength = 0;
                }

                for (var sent = 0; sent < length;)
                    sent += _socket.Send(buffer.AsSpan(sent, length - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            lock (_lock)
            {
                _sending = false;
                _pendingLength = 0;
            }

            // The reader sees the end and reports it.
            Close();
            return false;
        }
    }

    private void Read(FrameHandler handler)
    {
        Exception? error = null;
        try
        {
            var buffer = new byte[16 * 1024];
            var filled = 0;
            while (true)
            {
                var received = _socket.Receive(buffer.AsSpan(filled));
                if (received == 0)
                    break;
                filled += received;
                var start = 0;
                while (filled - start >= HeaderSize)
                {
                    var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start));
                    if (length < 0 || length > _maxFrame)
                        throw new WireFormatException($"A frame of {length} bytes arrived on a local socket; the maximum is {_maxFrame}.");
                    if (filled - start < HeaderSize + length)
                    {
                        if (buffer.Length - start < HeaderSize + length)
                            MakeRoom(ref buffer, ref start, ref filled, HeaderSize + length);
                        break;
                    }

                    handler(this, (FrameType)buffer[start + 4], buffer.AsSpan(start + HeaderSize, length));
                    start += HeaderSize + length;
                }

                if (start == filled)
                    filled = 0;
                else if (start > 0)
                {
                    buffer.AsSpan(start, filled - start).CopyTo(buffer);
                    filled -= start;
                }

                if (filled == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two sides has closed the connection.
        }
        catch (Exception e) when (e is QClusterException or ArgumentException or IndexOutOfRangeException or InvalidOperationException)
        {
            error = e;
        }

        Close();
        _onClosed?.Invoke(this, error);
    }

    private static void MakeRoom(ref byte[] buffer, ref int start, ref int filled, int needed)
    {
        var target = buffer.Length >= needed ? buffer : new byte[needed];
        buffer.AsSpan(start, filled - start).CopyTo(target);
        filled -= start;
        start = 0;
        buffer = target;
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // Not connected any more: there is nothing to shut.
        }

        _socket.Dispose();
    }

    public void Dispose() => Close();
}
