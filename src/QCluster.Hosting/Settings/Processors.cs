using System.Diagnostics;
using System.Runtime.InteropServices;

namespace QCluster.Hosting.Settings;

/// <summary>The processors that the system lets this process use, and the pinning of threads and processes to some of them.</summary>
internal static partial class Processors
{
    private const int CallingThread = 0;
    private const int MaskBytes = 1024;
    private const int BitsOfWindows = 64;

    /// <summary>Gets whether this system can pin processes.</summary>
    public static bool CanPin => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    /// <summary>Gets the numbers of the processors that this process may use.</summary>
    public static IReadOnlyList<int> Allowed { get; } = ReadAllowed();

    /// <summary>The processors of a worker. Workers take them in turn, so a worker and its replacement have the same ones.</summary>
    /// <param name="allowed">All available processors.</param>
    /// <param name="ordinal">The ordinal of the worker.</param>
    /// <param name="count">The number of processors for each worker.</param>
    public static IReadOnlyList<int> Of(IReadOnlyList<int> allowed, int ordinal, int count) =>
        [.. Enumerable.Range(0, count).Select(i => allowed[(int)((((long)ordinal * count) + i) % allowed.Count)]).Order()];

    /// <summary>
    /// Starts a process that may use these processors only. On Linux it inherits them from the thread that starts it, so that no thread of the runtime starts before; its
    /// child processes inherit them too.
    /// </summary>
    public static void Start(Process process, IReadOnlyList<int> processors)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Start();
            process.ProcessorAffinity = (nint)processors.Aggregate(0L, static (mask, processor) => mask | (1L << processor));
            return;
        }

        // Nothing between may wait: another thread would go on after it, and keep the mask.
        Pin(processors);
        try
        {
            process.Start();
        }
        finally
        {
            Pin(Allowed);
        }
    }

    private static void Pin(IReadOnlyList<int> processors)
    {
        var mask = new byte[MaskBytes];
        foreach (var processor in processors)
            mask[processor / 8] |= (byte)(1 << (processor % 8));
        if (SetAffinity(CallingThread, mask.Length, mask) != 0)
            throw new InvalidOperationException($"A worker cannot be pinned to the processors {string.Join(',', processors)}: error {Marshal.GetLastPInvokeError()} of sched_setaffinity. Leave out cpu_affinity.");
    }

    private static IReadOnlyList<int> ReadAllowed()
    {
        if (OperatingSystem.IsWindows())
        {
            using var own = Process.GetCurrentProcess();
            var mask = (long)own.ProcessorAffinity;
            return [.. Enumerable.Range(0, BitsOfWindows).Where(bit => (mask >> bit & 1) == 1)];
        }

        if (!OperatingSystem.IsLinux())
            return [];
        var bytes = new byte[MaskBytes];
        return GetAffinity(CallingThread, bytes.Length, bytes) < 0
            ? [.. Enumerable.Range(0, Environment.ProcessorCount)]
            : [.. Enumerable.Range(0, bytes.Length * 8).Where(bit => (bytes[bit / 8] >> (bit % 8) & 1) == 1)];
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, ReadOnlySpan<byte> mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nint size, Span<byte> mask);
}
