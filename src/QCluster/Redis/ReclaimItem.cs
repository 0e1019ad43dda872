namespace QCluster.Redis;

internal readonly record struct ReclaimItem(byte[] Attempt, ReclaimDecision Decision, byte[] Outcome, long KeepMilliseconds);
