using System.Diagnostics;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Children;
using QCluster.Hosting.Settings;
using QCluster.Client.Settings;

namespace QCluster.Hosting.Sentinel;

/// <summary>Starts this very program again in the role of a child.</summary>
internal sealed class ChildFactory(
    string folder,
    string controlSocket,
    ClusterOptions options,
    ILogger logger,
    ChildLogs logs,
    TimeProvider time)
{
    private const string Variables = "QCLUSTER_";

    // A worker runs user code: it gets none of what leads to Redis.
    private static readonly string[] Withheld = [.. ClusterSettings.All.Where(setting => setting.Reach != SettingReach.All).Select(setting => Plain(setting.Name))];

    private int _started;

    public ChildProcess Start(ChildRole role, int ordinal, string cluster, Action<ChildProcess> onExit)
    {
        var number = Interlocked.Increment(ref _started);
        var identity = role == ChildRole.Worker
            ? new ChildIdentity(role, ordinal, $"{cluster}.{ordinal}.{number}", IsIsolated(ordinal))
            : new ChildIdentity(role, ordinal);
        var slots = role == ChildRole.Worker ? SlotTable.Create(SlotsPath(identity.Incarnation), RoomOf(identity).Entries) : null;
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        (start.FileName, var arguments) = OwnCommand();
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment[ChildEnvironment.Variable] = new ChildEnvironment(role, ordinal, controlSocket).Compose();
        // What a task starts must not speak to systemd for this service.
        start.Environment.Remove(SystemdStatus.SocketVariable);
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        if (role == ChildRole.Worker)
        {
            foreach (var name in start.Environment.Keys.Where(IsWithheld).ToArray())
                start.Environment.Remove(name);
        }
        else
        {
            // By default as much garbage gathers as the processor has cache, on a server 50 MB and more. User code keeps that.
            start.Environment.TryAdd("DOTNET_GCgen0size", "400000");
        }

        var pinnedTo = role == ChildRole.Worker && options.CpuAffinity is { } count ? Processors.Of(Processors.Allowed, ordinal, count) : null;
        return ChildProcess.Start(identity, slots, start, onExit, logger, logs, time, pinnedTo);
    }

    private LogLevel LeastLogged => Enum.GetValues<LogLevel>().First(level => level == LogLevel.None || logger.IsEnabled(level));

    /// <summary>Those behind the shared workers.</summary>
    private bool IsIsolated(int ordinal) => ordinal >= options.Workers;

    private WorkerRoom RoomOf(ChildIdentity worker) =>
        worker.IsIsolated
            ? WorkerRoom.Isolated
            : WorkerRoom.Shared(options.Concurrency, options.ReserveNormal, options.ReserveHigh, options.ReserveCritical);

    public string SlotsPath(string incarnation) => Path.Combine(folder, $"{incarnation}.slots");

    /// <summary>What a child is told in its welcome.</summary>
    public ChildSettings SettingsFor(ChildProcess child, string cluster) => ChildSettings.Of(options, cluster, folder, child.Role) with
    {
        Incarnation = child.Incarnation,
        SlotsPath = child.Slots is null ? null : SlotsPath(child.Incarnation),
        IsIsolated = child.IsIsolated,
        LogLevel = child.Role == ChildRole.Worker ? logs.Least : LeastLogged,
    };

    /// <summary>Also as the configuration of .NET has them: <c>QCluster__Redis</c>, <c>QCluster__Secrets__0</c>.</summary>
    private static bool IsWithheld(string variable) =>
        variable.StartsWith(Variables, StringComparison.OrdinalIgnoreCase) &&
        Array.Exists(Withheld, name => Plain(variable[Variables.Length..]).StartsWith(name, StringComparison.OrdinalIgnoreCase));

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal);

    private static (string File, string[] Arguments) OwnCommand()
    {
        var host = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown, so it cannot start its processes.");
        var command = Environment.GetCommandLineArgs();
        // Started as "dotnet program.dll", the host alone is not the program.
        return string.Equals(Path.GetFileNameWithoutExtension(host), "dotnet", StringComparison.OrdinalIgnoreCase)
            ? (host, [Path.GetFullPath(command[0]), .. command[1..]])
            : (host, command[1..]);
    }
}
