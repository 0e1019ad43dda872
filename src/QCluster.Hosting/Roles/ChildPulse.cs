using System.Buffers.Binary;

namespace QCluster.Hosting.Roles;

/// <summary>A child's heartbeat.</summary>
/// <param name="ResidentBytes">Its memory.</param>
/// <param name="Done">Tasks it has finished.</param>
/// <param name="StalledMilliseconds">For how long its main loop has been stuck; 0 when it waits or works as it should.</param>
internal readonly record struct ChildPulse(long ResidentBytes, long Done, long StalledMilliseconds)
{
    public const int Size = 24;

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, ResidentBytes);
        BinaryPrimitives.WriteInt64BigEndian(destination[8..], Done);
        BinaryPrimitives.WriteInt64BigEndian(destination[16..], StalledMilliseconds);
    }

    public static ChildPulse Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64BigEndian(source),
        BinaryPrimitives.ReadInt64BigEndian(source[8..]),
        BinaryPrimitives.ReadInt64BigEndian(source[16..]));
}
