namespace QCluster.Queue;

internal readonly record struct ReclaimItem(byte[] Attempt, ReclaimDecision Decision, byte[] Outcome, long KeepMilliseconds);
