using System.Globalization;

namespace QCluster.Hosting.Sentinel;

/// <summary>The memory of this machine, or of the container this process is in.</summary>
/// <param name="TotalBytes">All of it.</param>
/// <param name="AvailableBytes">What could be had without swapping.</param>
internal readonly record struct HostMemory(long TotalBytes, long AvailableBytes)
{
    private const string Kernel = "/proc/meminfo";

    public static HostMemory Read()
    {
        // A container's limit is known to the runtime, which knows of what is free only what its last collection saw.
        var runtime = GC.GetGCMemoryInfo();
        var total = runtime.TotalAvailableMemoryBytes;
        var known = new HostMemory(total, Math.Max(0, total - runtime.MemoryLoadBytes));
        try
        {
            var lines = File.ReadAllLines(Kernel);
            var machine = new HostMemory(Bytes(lines, "MemTotal:"), Bytes(lines, "MemAvailable:"));
            return machine.TotalBytes <= total || total == 0 ? machine : known;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return known;
        }
    }

    private static long Bytes(string[] lines, string name) =>
        long.Parse(lines.First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
}
