using System.Buffers.Binary;
using System.Text;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Worker;

/// <summary>A worker's connection to the monitor: outcomes, and which of them are settled.</summary>
internal sealed class MonitorLine : IDisposable
{
    private readonly Ledger _ledger;
    private readonly byte[] _incarnation;
    private readonly ReconnectingChannel _channel;

    public MonitorLine(ChildSettings settings, Ledger ledger)
    {
        _ledger = ledger;
        _incarnation = Encoding.UTF8.GetBytes(settings.Incarnation);
        _channel = new ReconnectingChannel(settings.MonitorSocket, "monitor channel", settings.MaxFrame, OnFrame, OnConnected);
    }

    private delegate bool SendFrame(FrameType type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> more, bool later);

    public void Start() => _channel.Start();

    /// <summary>Sends an outcome. If that fails, or the monitor dies with it, the next connection begins with it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="report">Its outcome.</param>
    /// <param name="later">It may wait for the next one, or for <see cref="Flush"/>.</param>
    public void Send(HeldTask task, TaskReport report, bool later) => Send(_channel.Send, task, report, later);

    /// <summary>Sends what was put off.</summary>
    public void Flush() => _channel.Flush();

    /// <summary>Cuts the connection; the next one follows.</summary>
    public void Drop() => _channel.Drop();

    private void OnConnected(FrameConnection connection)
    {
        // First: an outcome ahead of it is not heard, and is among those that follow.
        connection.Send(FrameType.Attach, _incarnation);
        foreach (var task in _ledger.Unacknowledged())
            Send(connection.Send, task, task.Report!, later: false);
    }

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        if (type == FrameType.Settled)
            _ledger.Settle(body);
    }

    private static void Send(SendFrame send, HeldTask task, TaskReport report, bool later)
    {
        Span<byte> header = stackalloc byte[AttemptRef.Size + 9];
        task.Attempt.Write(header);
        BinaryPrimitives.WriteInt64BigEndian(header[AttemptRef.Size..], report.KeepMilliseconds);
        header[AttemptRef.Size + 8] = (byte)report.Kind;
        send(FrameType.Outcome, header, report.Outcome, later);
    }

    public void Dispose() => _channel.Dispose();
}
