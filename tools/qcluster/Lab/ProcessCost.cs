using System.Globalization;
using System.Runtime.InteropServices;

namespace QCluster.Tool.Lab;

/// <summary>What Linux says a process has used.</summary>
internal static partial class ProcessCost
{
    private const int ClockTicksName = 2;

    private static readonly double TicksPerSecond = SysConf(ClockTicksName);

    /// <summary>Processor time so far, in seconds; 0 when it is gone.</summary>
    public static double CpuSeconds(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Memory that counts shared pages by share, in bytes.</summary>
    public static long ProportionalBytes(int pid)
    {
        foreach (var line in File.ReadLines($"/proc/{pid}/smaps_rollup"))
        {
            if (line.StartsWith("Pss:", StringComparison.Ordinal))
                return long.Parse(line.AsSpan(4).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "sysconf")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long SysConf(int name);
}
