using Garnet.networking;

namespace QCluster.Embedded.Serving;

/// <summary>Takes what a session answers, and keeps it until what it was told about is in the append-only file.</summary>
internal sealed unsafe class ReplySink : INetworkSender
{
    private const int PageSize = 32 * 1024;

    private readonly byte[] _page = GC.AllocateUninitializedArray<byte>(PageSize, pinned: true);
    private readonly Lock _gate = new();
    private readonly Action _onWritten;
    private readonly Action _onClosed;

    /// <param name="name">The address of the other side.</param>
    /// <param name="onWritten">There is something to send.</param>
    /// <param name="onClosed">The session closes the connection.</param>
    public ReplySink(string name, Action onWritten, Action onClosed)
    {
        RemoteEndpointName = name;
        _onWritten = onWritten;
        _onClosed = onClosed;
    }

    public MaxSizeSettings GetMaxSizeSettings { get; } = new() { MaxOutputSize = PageSize };

    public string RemoteEndpointName { get; }

    public string LocalEndpointName => "127.0.0.1";

    /// <summary>Where answers go.</summary>
    public ReplyBuffer Target { get; set; } = new();

    private byte* Head => (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_page, 0);

    public bool IsLocalConnection() => true;

    public void Enter() => _gate.Enter();

    public void Exit() => _gate.Exit();

    public void EnterAndGetResponseObject(out byte* head, out byte* tail)
    {
        _gate.Enter();
        head = Head;
        tail = head + PageSize;
    }

    public void ExitAndReturnResponseObject() => _gate.Exit();

    public void GetResponseObject()
    {
        // There is one page, and it is free again as soon as it has been copied.
    }

    public void ReturnResponseObject()
    {
        // As above.
    }

    public byte* GetResponseObjectHead() => Head;

    public byte* GetResponseObjectTail() => Head + PageSize;

    public bool SendResponse(int offset, int size)
    {
        Target.Write(_page.AsSpan(offset, size));
        _onWritten();
        return true;
    }

    public void SendResponse(byte[] buffer, int offset, int count, object context)
    {
        Target.Write(buffer.AsSpan(offset, count));
        _onWritten();
    }

    public void SendCallback(object context)
    {
        // Nothing is sent that someone waits for.
    }

    public void Throttle()
    {
        // The connection closes when too much waits for its client: others must not wait with it.
    }

    public void DisposeNetworkSender(bool waitForSendCompletion) => _onClosed();

    public void Dispose() => _onClosed();

    public bool TryClose()
    {
        _onClosed();
        return true;
    }
}
