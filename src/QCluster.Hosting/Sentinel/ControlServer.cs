using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Sentinel;

/// <summary>The sentinel's end of the control sockets: welcomes its children, and makes events for its loop of what they send.</summary>
/// <param name="path">The socket.</param>
/// <param name="post">Has the loop do something.</param>
/// <param name="children">The children.</param>
/// <param name="register">Registers a worker in Redis, and then reports whether it is registered, on any thread.</param>
/// <param name="settings">The settings of a child.</param>
/// <param name="onReady">A child has become ready. Called by the loop.</param>
/// <param name="logger">Where refused connections go.</param>
internal sealed class ControlServer(
    string path,
    Action<Action> post,
    ChildSet children,
    Action<ChildProcess, Action<bool>> register,
    Func<ChildProcess, ChildSettings> settings,
    Action onReady,
    ILogger logger) : IDisposable
{
    private const int MaxFrame = 1 << 20;

    private readonly Socket _listener = LocalSocket.Listen(path);

    public void Start() => LocalSocket.AcceptInBackground(_listener, "control accept", socket =>
        new FrameConnection(socket, MaxFrame).Start("control", OnFrame, OnClosed));

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        if (type == FrameType.Hello)
        {
            var pid = BinaryPrimitives.ReadInt32BigEndian(body[5..]);
            post(() => Receive(connection, pid));
            return;
        }

        // Nothing is believed of a process that is not welcome yet.
        if (connection.Tag is not ChildProcess child)
            return;
        switch (type)
        {
            case FrameType.Fenced:
                var incarnation = Encoding.UTF8.GetString(body);
                post(() => children.OnFenced(incarnation));
                break;
            case FrameType.NeedProcess:
                post(children.NeedProcessWorkers);
                break;
            case FrameType.Lent:
                var isLent = body[0] == 1;
                post(() => children.OnLent(child, isLent));
                break;
            default:
                // At once, not by the loop: a loop that is held up must not take its children for silent.
                child.OnFrame(type, body);
                if (type == FrameType.Ready)
                    post(onReady);
                break;
        }
    }

    private void Receive(FrameConnection connection, int pid)
    {
        if (children.WithPid(pid) is not { } child)
        {
            connection.Dispose();
            return;
        }

        if (child.Role != ChildRole.Worker)
        {
            Welcome(child, connection);
            return;
        }

        // Registered before it is welcome: a worker that Redis does not know would be given nothing. Without a registration it starts
        // again.
        register(child, isRegistered => post(() =>
        {
            if (isRegistered)
                Welcome(child, connection);
            else if (children.Contains(child))
                child.Kill();
        }));
    }

    private void Welcome(ChildProcess child, FrameConnection connection)
    {
        if (!children.Contains(child))
        {
            connection.Dispose();
            return;
        }

        // The tag before the welcome: what the child answers to that must find whose it is.
        connection.Tag = child;
        child.Attach(connection);
        connection.Send(FrameType.Welcome, JsonSerializer.SerializeToUtf8Bytes(settings(child), ChildJson.Default.ChildSettings));
        // It was asked to leave before it could hear that.
        if (child.IsDraining)
            child.Drain();
    }

    private void OnClosed(FrameConnection connection, Exception? error)
    {
        if (error is not null)
            SentinelLog.ChildRefused(logger, error.Message);
    }

    public void Dispose() => _listener.Dispose();
}
