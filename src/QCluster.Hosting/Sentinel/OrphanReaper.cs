using System.Globalization;
using System.Runtime.InteropServices;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// Process 1 of a container inherits what others leave behind, and each that ends stays in the process table until it is waited for. The runtime
/// waits for those that it has started, so this takes the others.
/// </summary>
internal sealed partial class OrphanReaper
{
    private const long IntervalMilliseconds = 1_000;
    private const int NoHang = 1;

    private readonly int _self = Environment.ProcessId;
    private HashSet<int> _seen = [];
    private long _lookedTicks;

    /// <summary>Takes what has ended and was there at the look before too: the runtime takes its own at once.</summary>
    public void Look(long now)
    {
        if (!OperatingSystem.IsLinux() || now - _lookedTicks < IntervalMilliseconds)
            return;
        _lookedTicks = now;
        var ended = new HashSet<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && IsEndedChild(pid))
                ended.Add(pid);
        }

        foreach (var pid in ended.Where(_seen.Contains))
            _ = WaitFor(pid, 0, NoHang);
        _seen = ended;
    }

    private bool IsEndedChild(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            // The name before may have anything in it.
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" && int.Parse(fields[1], CultureInfo.InvariantCulture) == _self;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // It went while it was looked at.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitFor(int process, nint status, int options);
}
