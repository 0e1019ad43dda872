using System.Net.Sockets;
using Garnet.networking;

namespace QCluster.Embedded.Serving;

/// <summary>A client. Everything but sending and receiving happens on the thread of the loop.</summary>
internal sealed class Connection : IRequestSource, IDisposable
{
    private const int InitialBuffer = 16 * 1024;
    private const int MaxKept = 1024 * 1024;

    /// <summary>A client that does not read, such as a paused one, must not take all memory.</summary>
    private const int MaxUnsent = 256 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly RequestLoop _loop;
    private readonly Action<Connection> _onClosed;
    private readonly SocketAsyncEventArgs _receive = new();
    private readonly SocketAsyncEventArgs _send = new();
    private readonly Lock _sending = new();
    private readonly ReplySink _sink;
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(InitialBuffer, pinned: true);
    private int _head;
    private int _passed;
    private int _filled;
    private IMessageConsumer? _session;
    private ReplyBuffer _unsent = new();
    private ReplyBuffer _sent = new();
    private bool _isReceiving;
    private bool _isSending;
    private bool _isDirty;
    private bool _isClosed;

    public Connection(Socket socket, RequestLoop loop, Action<Connection> onClosed)
    {
        _socket = socket;
        _loop = loop;
        _onClosed = onClosed;
        _sink = new ReplySink(socket.RemoteEndPoint?.ToString() ?? "", OnWritten, Abort);
        _receive.Completed += (_, _) => _loop.Post(this);
        _send.Completed += (_, _) => Sent();
    }

    public IMessageConsumer Session => _session!;

    public bool IsResp3 { get; set; }

    public bool IsAuthenticated { get; set; }

    /// <summary>It waits for something to pop, and its next requests wait with it.</summary>
    public bool IsBlocked { get; set; }

    public void Open(Func<INetworkSender, IMessageConsumer> session)
    {
        _sink.Target = new ReplyBuffer();
        _session = session(_sink);
        Receive();
    }

    /// <summary>Something has arrived: runs what is complete, and receives on.</summary>
    public void Run()
    {
        if (_isClosed)
            return;
        if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
        {
            Dispose();
            return;
        }

        _isReceiving = false;
        _filled += _receive.BytesTransferred;
        Continue();
        // Also while it waits: that is how the end of a client is noticed.
        if (!_isClosed)
            Receive();
    }

    /// <summary>Runs what is complete.</summary>
    public void Continue()
    {
        try
        {
            RunRequests();
        }
        catch (FormatException e)
        {
            Reply($"-ERR Protocol error: {e.Message}\r\n");
            Flush();
            Dispose();
        }
    }

    private void RunRequests()
    {
        while (!IsBlocked && !_isClosed && _passed < _filled)
        {
            var plain = 0;
            RequestFrame special = default;
            while (RequestFrame.TryRead(_buffer.AsSpan(_passed + plain, _filled - _passed - plain), out var frame))
            {
                // Inside a transaction the session sees everything.
                if (_passed == _head && _loop.IsSpecial(frame))
                {
                    special = frame;
                    break;
                }

                plain += frame.Length;
            }

            if (plain > 0)
                Feed(plain);
            if (special.Length > 0)
            {
                _head += special.Length;
                _passed = _head;
                _loop.RunSpecial(this, special);
            }
            else if (plain == 0)
            {
                break;
            }
        }

        if (_head == _filled && !_isReceiving)
            _head = _passed = _filled = 0;
    }

    private unsafe void Feed(int length)
    {
        length += _passed - _head;
        int consumed;
        fixed (byte* bytes = _buffer)
            consumed = _session!.TryConsumeMessages(bytes + _head, length);
        _head += consumed;
        // A transaction keeps its requests until it ends.
        _passed = consumed == 0 ? _head + length : _head;
    }

    /// <summary>What the session answers to one request, in place of the client.</summary>
    public unsafe ReadOnlySpan<byte> Ask(ReadOnlySpan<byte> request)
    {
        var target = _sink.Target;
        var answer = new ReplyBuffer();
        _sink.Target = answer;
        try
        {
            fixed (byte* bytes = request)
                _session!.TryConsumeMessages(bytes, request.Length);
        }
        finally
        {
            _sink.Target = target;
        }

        return answer.Bytes;
    }

    public void Reply(string text) => Reply(System.Text.Encoding.UTF8.GetBytes(text));

    public void Reply(ReadOnlySpan<byte> bytes)
    {
        _sink.Target.Write(bytes);
        OnWritten();
    }

    private void OnWritten()
    {
        if (_isDirty)
            return;
        _isDirty = true;
        _loop.HasReplies(this);
    }

    /// <summary>Sends what has been answered.</summary>
    public void Flush()
    {
        _isDirty = false;
        _sink.Enter();
        try
        {
            lock (_sending)
            {
                _unsent.Write(_sink.Target.Bytes);
                _sink.Target.Clear();
                if (_unsent.Length > MaxUnsent)
                    Abort();
                if (_isSending)
                    return;
            }
        }
        finally
        {
            _sink.Exit();
        }

        Send();
    }

    private void Send()
    {
        do
        {
            lock (_sending)
            {
                _isSending = !_isClosed && _unsent.Length > 0;
                if (!_isSending)
                    return;
                (_sent, _unsent) = (_unsent, _sent);
                _send.SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(_sent.Memory));
            }
        }
        while (!SendBegins() && SentAll());
    }

    /// <summary>Whether it goes on elsewhere.</summary>
    private bool SendBegins()
    {
        try
        {
            return _socket.SendAsync(_send);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            return true;
        }
    }

    private void Sent()
    {
        if (SentAll())
            Send();
    }

    private bool SentAll()
    {
        if (_send.SocketError != SocketError.Success)
            return false;
        if (_send.BytesTransferred < _send.Count)
        {
            _send.SetBuffer(_send.Offset + _send.BytesTransferred, _send.Count - _send.BytesTransferred);
            return !SendBegins() && SentAll();
        }

        _sent.Clear();
        return true;
    }

    private void Receive()
    {
        MakeRoom();
        _isReceiving = true;
        _receive.SetBuffer(_buffer, _filled, _buffer.Length - _filled);
        try
        {
            if (!_socket.ReceiveAsync(_receive))
                _loop.Post(this);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            Dispose();
        }
    }

    private void MakeRoom()
    {
        if (_filled == 0 && _buffer.Length > MaxKept)
            _buffer = GC.AllocateUninitializedArray<byte>(InitialBuffer, pinned: true);
        if (_filled < _buffer.Length)
            return;
        var target = _head > _buffer.Length / 2 ? _buffer : GC.AllocateUninitializedArray<byte>(checked(_buffer.Length * 2), pinned: true);
        _buffer.AsSpan(_head, _filled - _head).CopyTo(target);
        _filled -= _head;
        _passed -= _head;
        _head = 0;
        _buffer = target;
    }

    /// <summary>Ends the connection from any thread; what remains to be done is done by the loop.</summary>
    public void Abort()
    {
        try
        {
            _socket.Close();
        }
        catch (SocketException)
        {
            // It is closed all the same.
        }
    }

    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        Abort();
        _loop.Forget(this);
        _onClosed(this);
        _session?.Dispose();
        _receive.Dispose();
    }
}
