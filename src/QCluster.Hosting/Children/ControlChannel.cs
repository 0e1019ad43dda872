using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Logging;

namespace QCluster.Hosting.Children;

/// <summary>A child's connection to its sentinel: identifies the child, gets its settings, reports, receives commands, and notices the end of the sentinel.</summary>
internal sealed class ControlChannel : IDisposable
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(250);

    private readonly FrameConnection _connection;
    private readonly ManualResetEventSlim _ended = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly TaskCompletionSource<ChildSettings> _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Lock _lock = new();
    private readonly List<(FrameType Type, byte[] Body)> _early = [];
    private volatile Func<ChildPulse> _measure = static () => default;
    private Action? _drain;
    private Action<FrameType, byte[]>? _command;

    private ControlChannel(FrameConnection connection) => _connection = connection;

    public Task<ChildSettings> Settings => _welcome.Task;

    /// <summary>True once the sentinel has ended.</summary>
    public bool IsOrphan => _ended.IsSet;

    public static ControlChannel? TryConnect(ChildEnvironment own)
    {
        var socket = LocalSocket.TryConnect(own.ControlSocket);
        if (socket is null)
            return null;
        var channel = new ControlChannel(new FrameConnection(socket, 1 << 20));
        channel.Begin(own.Role, own.Ordinal);
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
            _welcome.TrySetException(new IOException("The sentinel has ended."));
            Pass(FrameType.Drain, []);
        });
    }

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Welcome:
                _welcome.TrySetResult(JsonSerializer.Deserialize(body, ChildJson.Default.ChildSettings)!);
                break;
            default:
                Pass(type, body.ToArray());
                break;
        }
    }

    private void Pass(FrameType type, byte[] body)
    {
        lock (_lock)
        {
            if (_drain is null)
            {
                _early.Add((type, body));
                return;
            }
        }

        if (type == FrameType.Drain)
            _drain();
        else
            _command!(type, body);
    }

    /// <summary>True once the role has started its work.</summary>
    public bool IsAtWork { get; private set; }

    /// <summary>Starts the work of the role: it obeys commands from now on, and those that arrived during its construction.</summary>
    /// <param name="drain">Called when the role must finish, or the sentinel has ended.</param>
    /// <param name="command">Called with all other commands.</param>
    /// <param name="measure">Gives the content of its heartbeat.</param>
    public void Ready(Action drain, Action<FrameType, byte[]> command, Func<ChildPulse> measure)
    {
        _measure = measure;
        IsAtWork = true;
        lock (_lock)
        {
            _drain = drain;
            _command = command;
        }

        foreach (var (type, body) in _early)
            Pass(type, body);
        _connection.Send(FrameType.Ready, default);
    }

    /// <summary>Reports that the role cannot work, with the reason; the process ends next.</summary>
    public void Failed(string message) => _connection.Send(FrameType.Failed, Encoding.UTF8.GetBytes(message));

    /// <summary>The child's log.</summary>
    public ChildLog OpenLog(LogLevel least) => new(_connection, least);

    public void NeedProcess() => _connection.Send(FrameType.NeedProcess, default);

    /// <summary>Reports that an isolated task waits for others, or continues.</summary>
    public void Lent(bool isLent) => _connection.Send(FrameType.Lent, [isLent ? (byte)1 : (byte)0]);

    /// <summary>Reports the current activity of an attempt, as far as the process can see it itself.</summary>
    public void Seen(string description) => _connection.Send(FrameType.Seen, Encoding.UTF8.GetBytes(description));

    public void Fenced(string incarnation) => _connection.Send(FrameType.Fenced, Encoding.UTF8.GetBytes(incarnation));

    /// <summary>Sends heartbeats on a thread of its own until the sentinel ends.</summary>
    public void StartHeartbeat() =>
        new Thread(() =>
        {
            var body = new byte[ChildPulse.Size];
            do
            {
                _measure().Measured().Write(body);
                _connection.Send(FrameType.Heartbeat, body);
            }
            while (!_ended.Wait(HeartbeatInterval));
        })
        { IsBackground = true, Name = "heartbeat" }.Start();

    /// <summary>Waits until the sentinel ends or, once this child has finished, dismisses it.</summary>
    public void WaitForEnd() => _ended.Wait();

    public bool WaitForEnd(TimeSpan atMost) => _ended.Wait(atMost);

    public void Dispose()
    {
        _connection.Dispose();
        foreach (var signal in _signals)
            signal.Dispose();
    }
}
