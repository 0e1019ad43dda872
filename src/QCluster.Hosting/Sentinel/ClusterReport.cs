namespace QCluster.Hosting.Sentinel;

/// <summary>What a cluster tells with one heartbeat.</summary>
/// <param name="Description">Of itself, as JSON; the same in each queue.</param>
/// <param name="Running">What it runs of each of its queues, in their order, as JSON; empty when it runs none.</param>
/// <param name="Busy">How many tasks it runs.</param>
internal sealed record ClusterReport(byte[] Description, IReadOnlyList<byte[]> Running, int Busy);
