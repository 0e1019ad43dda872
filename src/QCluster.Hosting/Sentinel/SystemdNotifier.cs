using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QCluster.Hosting.Sentinel;

/// <summary>Tells systemd how this service is, by the protocol of sd_notify(3): ready, stopping, its status, and that it is not stuck. Without systemd it does nothing.</summary>
internal sealed class SystemdNotifier : IDisposable
{
    public const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogPidVariable = "WATCHDOG_PID";

    private readonly Socket? _socket;
    private readonly EndPoint? _systemd;
    private readonly long _watchdogMilliseconds;
    private long _lastWatchdogTicks;

    public SystemdNotifier()
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(SocketVariable) is not { Length: > 1 } path)
            return;
        // An address that begins with @ is one without a file.
        _systemd = new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        var isForUs = Environment.GetEnvironmentVariable(WatchdogPidVariable) is not { } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (isForUs && long.TryParse(Environment.GetEnvironmentVariable(WatchdogVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds))
            _watchdogMilliseconds = microseconds / 1000 / 2;
    }

    public void Ready(string status) => Send("READY=1\nSTATUS=" + status);

    public void Stopping(string status) => Send("STOPPING=1\nSTATUS=" + status);

    /// <summary>Called by the loop that must not be stuck; tells of it as often as systemd wants.</summary>
    public void Alive(long now)
    {
        if (_watchdogMilliseconds == 0 || now - _lastWatchdogTicks < _watchdogMilliseconds)
            return;
        _lastWatchdogTicks = now;
        Send("WATCHDOG=1");
    }

    private void Send(string text)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(text), _systemd!);
        }
        catch (SocketException)
        {
            // Whoever started this program is not listening any more.
        }
    }

    public void Dispose() => _socket?.Dispose();
}
