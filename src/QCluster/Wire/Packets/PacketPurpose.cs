namespace QCluster.Wire.Packets;

/// <summary>The purpose of a signature: each purpose has its own key, so that one kind of packet cannot replace another.</summary>
internal enum PacketPurpose
{
    Task,
    Outcome,
    Schedule,
}
