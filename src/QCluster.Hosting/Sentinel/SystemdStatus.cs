using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;

namespace QCluster.Hosting.Sentinel;

/// <summary>Reports to systemd how this service is: ready, stopping, its status, and that it is not stuck. Without systemd it does nothing.</summary>
internal sealed class SystemdStatus
{
    public const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogPidVariable = "WATCHDOG_PID";

    private readonly SystemdNotifier _systemd = new();
    private readonly long _watchdogMilliseconds = ReadWatchdog();
    private long _lastWatchdogTicks;

    public void Ready(string status) => Notify("READY=1\nSTATUS=" + status);

    public void Stopping(string status) => Notify("STOPPING=1\nSTATUS=" + status);

    /// <summary>Called by the loop that must not be stuck; reports it twice in the time after which systemd would restart the service.</summary>
    public void Alive(long now)
    {
        if (_watchdogMilliseconds == 0 || now - _lastWatchdogTicks < _watchdogMilliseconds)
            return;
        _lastWatchdogTicks = now;
        Notify("WATCHDOG=1");
    }

    private static long ReadWatchdog()
    {
        var isForUs = Environment.GetEnvironmentVariable(WatchdogPidVariable) is not { } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isForUs && long.TryParse(Environment.GetEnvironmentVariable(WatchdogVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) ? microseconds / 1000 / 2 : 0;
    }

    private void Notify(string state)
    {
        if (!_systemd.IsEnabled)
            return;
        try
        {
            _systemd.Notify(new ServiceState(state));
        }
        catch (SocketException)
        {
            // Whoever started this program is not listening any more.
        }
    }
}
