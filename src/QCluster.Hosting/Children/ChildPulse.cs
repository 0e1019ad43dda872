using System.Buffers.Binary;

namespace QCluster.Hosting.Children;

/// <summary>A child's heartbeat.</summary>
/// <param name="Done">Number of tasks it has finished.</param>
/// <param name="StalledMilliseconds">The time for which its main loop has been stuck; 0 if it waits or works normally.</param>
/// <param name="Ready">Tasks it has that have not started.</param>
/// <param name="Results">Outcomes it has that are not settled.</param>
/// <param name="ResidentBytes">Its resident memory.</param>
/// <param name="CpuMilliseconds">Processor time it has used.</param>
internal readonly record struct ChildPulse(long Done, long StalledMilliseconds, long Ready = 0, long Results = 0, long ResidentBytes = 0, long CpuMilliseconds = 0)
{
    public const int Size = 48;

    /// <summary>With what this process uses.</summary>
    public ChildPulse Measured() => this with { ResidentBytes = Environment.WorkingSet, CpuMilliseconds = (long)Environment.CpuUsage.TotalTime.TotalMilliseconds };

    public void Write(Span<byte> destination)
    {
        foreach (var number in (ReadOnlySpan<long>)[Done, StalledMilliseconds, Ready, Results, ResidentBytes, CpuMilliseconds])
        {
            BinaryPrimitives.WriteInt64BigEndian(destination, number);
            destination = destination[sizeof(long)..];
        }
    }

    public static ChildPulse Read(ReadOnlySpan<byte> source)
    {
        return new ChildPulse(At(source, 0), At(source, 1), At(source, 2), At(source, 3), At(source, 4), At(source, 5));

        static long At(ReadOnlySpan<byte> source, int index) => BinaryPrimitives.ReadInt64BigEndian(source[(index * sizeof(long))..]);
    }
}
