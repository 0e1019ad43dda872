using System.Net.Sockets;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Children;

/// <summary>
/// The common part of pusher and monitor: a socket for workers, a loop that is woken, the order to drain, and a heartbeat that shows when work
/// is stuck.
/// </summary>
internal sealed class QueueRole(ControlChannel control, ChildSettings settings, TimeProvider time) : IDisposable
{
    private volatile bool _isDraining;
    private long _busySince;

    /// <summary>Wakes the role's loop.</summary>
    public WakeUp Signal { get; } = new();

    /// <summary>The sentinel has asked it to finish, or has gone.</summary>
    public bool IsDraining => _isDraining;

    public bool IsBusy => Volatile.Read(ref _busySince) != 0;

    /// <summary>Work begins, or another piece of it does: from here on the pulse counts.</summary>
    public void BeginWork() => Volatile.Write(ref _busySince, time.Ticks());

    public void EndWork() => Volatile.Write(ref _busySince, 0);

    /// <summary>When a role without a sentinel leaves, finished or not.</summary>
    public long GraceEnd() => time.Ticks() + (long)settings.Options.Grace.TotalMilliseconds;

    /// <summary>Accepts workers until the socket is disposed.</summary>
    public Socket Listen(string path, FrameHandler onFrame, Action<FrameConnection, Exception?> onClosed, Action? onAccepted = null)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var listener = LocalSocket.Listen(path);
        LocalSocket.AcceptInBackground(listener, name + " accept", socket =>
        {
            onAccepted?.Invoke();
            new FrameConnection(socket, settings.MaxFrame).Start(name + " worker", onFrame, onClosed);
        });
        return listener;
    }

    /// <summary>Reports to the sentinel that the role is at work, and obeys from here on.</summary>
    public void Ready(Action<FrameType, byte[]> onCommand) => control.Ready(Drain, onCommand, Measure);

    private void Drain()
    {
        _isDraining = true;
        Signal.Set();
    }

    private ChildPulse Measure() => new(0, Volatile.Read(ref _busySince) is > 0 and var since ? time.Ticks() - since : 0);

    public void Dispose() => Signal.Dispose();
}
