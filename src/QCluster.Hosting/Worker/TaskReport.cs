using QCluster.Queue;

namespace QCluster.Hosting.Worker;

/// <summary>What the monitor is told of a task that ended here.</summary>
internal sealed record TaskReport(AckKind Kind, byte[] Outcome, long KeepMilliseconds);
