namespace QCluster.Wire.Packets;

/// <summary>What a signature is for: each purpose has its own key, so that one kind of packet cannot stand in for another.</summary>
internal enum PacketPurpose
{
    Task,
    Outcome,
    Schedule,
}
