using System.Buffers.Binary;
using System.Text;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Gateway;

namespace QCluster.Hosting.Worker;

/// <summary>
/// A worker's connection to the pusher: tasks and their credit, what goes back to the queue, and the client calls of tasks.
/// </summary>
internal sealed class PusherLine : IDisposable
{
    private readonly Ledger _ledger;
    private readonly WorkerRoom _room;
    private readonly byte[] _incarnation;
    private readonly ReconnectingChannel _channel;
    private readonly GatewayTransport _gateway;

    public PusherLine(ClusterChild child, Ledger ledger)
    {
        _ledger = ledger;
        _room = child.Settings.Room;
        _incarnation = Encoding.UTF8.GetBytes(child.Settings.Incarnation);
        _channel = new ReconnectingChannel(child.Settings.PusherSocket, "pusher channel", child.Settings.MaxFrame, OnFrame, Announce);
        _gateway = child.Connection.Attach(call => _channel.Send(FrameType.Call, call));
    }

    public void Start() => _channel.Start();

    /// <summary>Room, length and text of the incarnation, then the attempts held.</summary>
    public void SendHolding(FrameConnection connection, IReadOnlyCollection<AttemptRef> held)
    {
        var frame = AttemptRef.WriteAll(held, WorkerRoom.Size + 1 + _incarnation.Length);
        _room.Write(frame);
        frame[WorkerRoom.Size] = (byte)_incarnation.Length;
        _incarnation.CopyTo(frame, WorkerRoom.Size + 1);
        connection.Send(FrameType.Holding, frame);
    }

    public void SendCredit(long limit)
    {
        Span<byte> body = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(body, limit);
        _channel.Send(FrameType.Credit, body);
    }

    public void Release(IReadOnlyCollection<AttemptRef> attempts) => _channel.Send(FrameType.Release, AttemptRef.WriteAll(attempts));

    private void Announce(FrameConnection connection)
    {
        _ledger.Announce(connection);
        // Calls whose answers were lost with the connection before are made again.
        _gateway.OnReconnected();
    }

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Tasks:
                _ledger.TakeIn(body[0], body[1..]);
                break;
            case FrameType.Resync:
                Announce(connection);
                break;
            case FrameType.Answer:
                _gateway.OnAnswer(body);
                break;
        }
    }

    public void Dispose() => _channel.Dispose();
}
