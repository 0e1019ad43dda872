using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Wire.Packets;

/// <summary>The format of packets, outcomes and records. Made once from the settings, and shared: it is thread-safe.</summary>
/// <param name="Signer">Signs and checks them.</param>
/// <param name="Limits">The limits of length and depth.</param>
/// <param name="Serializer">Writes and reads the values in them.</param>
/// <param name="Compress">Compresses bodies if that makes them shorter.</param>
internal sealed record PacketFormat(PacketSigner Signer, WireLimits Limits, ValueSerializer Serializer, bool Compress = false)
{
    /// <param name="name">The cluster's name.</param>
    /// <param name="secrets">The newest first.</param>
    /// <param name="maxPacketBytes">The most bytes of one packet.</param>
    /// <param name="serializer">Writes and reads values.</param>
    /// <param name="compress">Compresses packets if that makes them shorter.</param>
    public static PacketFormat Of(string name, IEnumerable<string> secrets, int maxPacketBytes, ValueSerializer serializer, bool compress) =>
        new(new PacketSigner(name, [.. secrets]), new WireLimits { MaxLength = maxPacketBytes }, serializer, compress);
}
