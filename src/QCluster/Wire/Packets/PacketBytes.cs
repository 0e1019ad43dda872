namespace QCluster.Wire;

/// <summary>Packets and outcomes as arrays of their own.</summary>
internal static class PacketBytes
{
    /// <exception cref="SerializationException">It is larger than is accepted.</exception>
    public static byte[] ToElement(this TaskPacket packet, PacketSigner signer, bool compress, int maxLength)
    {
        using var buffer = new PooledBuffer();
        TaskPacket.Write(buffer, packet, signer, compress);
        if (buffer.WrittenCount > maxLength)
            throw new SerializationException($"The task {packet.Func} with its arguments has {buffer.WrittenCount} bytes; at most {maxLength} are accepted (max_packet_bytes). Pass a reference to the data instead, for example a path or a key.");
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] ToBytes(this TaskOutcome outcome, TaskId id, PacketSigner signer, bool compress)
    {
        using var buffer = new PooledBuffer();
        TaskOutcome.Write(buffer, outcome, id, signer, compress);
        return buffer.WrittenSpan.ToArray();
    }
}
