using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using QCluster.Hosting.Channels;

namespace QCluster.Hosting.Roles;

/// <summary>A child's line to its sentinel: says who it is, gets its settings, reports, obeys; and knows when the sentinel is gone.</summary>
internal sealed class ControlChannel : IDisposable
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(250);

    private readonly FrameConnection _connection;
    private readonly ManualResetEventSlim _ended = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly TaskCompletionSource<ChildSettings> _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ControlChannel(FrameConnection connection) => _connection = connection;

    /// <summary>Told to finish, or the sentinel has gone.</summary>
    public event Action? Draining;

    /// <summary>Told to do something else.</summary>
    public event Action<FrameType, byte[]>? Commanded;

    public Task<ChildSettings> Settings => _welcome.Task;

    /// <summary>The sentinel has gone, by its will or not.</summary>
    public bool IsOrphan => _ended.IsSet;

    public static ControlChannel? TryConnect(ChildRole role, int ordinal, string path)
    {
        var socket = LocalSocket.TryConnect(path);
        if (socket is null)
            return null;
        var channel = new ControlChannel(new FrameConnection(socket, 1 << 20));
        channel.Begin(role, ordinal);
        return channel;
    }

    private void Begin(ChildRole role, int ordinal)
    {
        // The terminal and service managers signal the whole process group; a child obeys its sentinel alone.
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
            _signals.Add(PosixSignalRegistration.Create(signal, static context => context.Cancel = true));

        Span<byte> hello = stackalloc byte[9];
        hello[0] = (byte)role;
        BinaryPrimitives.WriteInt32BigEndian(hello[1..], ordinal);
        BinaryPrimitives.WriteInt32BigEndian(hello[5..], Environment.ProcessId);
        _connection.Send(FrameType.Hello, hello);
        _connection.Start("control", OnFrame, (_, _) =>
        {
            _ended.Set();
            _welcome.TrySetException(new IOException("The sentinel has gone."));
            Draining?.Invoke();
        });
    }

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Welcome:
                _welcome.TrySetResult(JsonSerializer.Deserialize(body, ChildJson.Default.ChildSettings)!);
                break;
            case FrameType.Drain:
                Draining?.Invoke();
                break;
            default:
                Commanded?.Invoke(type, body.ToArray());
                break;
        }
    }

    public void Ready() => _connection.Send(FrameType.Ready, default);

    /// <summary>It cannot work at all, and why; the process ends next.</summary>
    public void Failed(string message) => _connection.Send(FrameType.Failed, Encoding.UTF8.GetBytes(message));

    public void Fenced(string incarnation) => _connection.Send(FrameType.Fenced, Encoding.UTF8.GetBytes(incarnation));

    /// <summary>Reports on a thread of its own until the sentinel is gone; <paramref name="measure"/> gives what the role adds.</summary>
    public void StartHeartbeat(Func<ChildPulse> measure) =>
        new Thread(() =>
        {
            var body = new byte[ChildPulse.Size];
            do
            {
                (measure() with { ResidentBytes = Environment.WorkingSet }).Write(body);
                _connection.Send(FrameType.Heartbeat, body);
            }
            while (!_ended.Wait(HeartbeatInterval));
        })
        { IsBackground = true, Name = "heartbeat" }.Start();

    /// <summary>Waits until the sentinel is gone or, once this child has nothing more to do, lets go.</summary>
    public void WaitForEnd() => _ended.Wait();

    public bool WaitForEnd(TimeSpan atMost) => _ended.Wait(atMost);

    public void Dispose()
    {
        _connection.Dispose();
        foreach (var signal in _signals)
            signal.Dispose();
    }
}
