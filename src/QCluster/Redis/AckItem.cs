namespace QCluster.Redis;

/// <param name="Attempt">Attempt key, 18 bytes.</param>
/// <param name="Outcome">Signed outcome.</param>
/// <param name="KeepMilliseconds">How long the record is kept; 0 = not.</param>
/// <param name="State">The state it ends in.</param>
internal readonly record struct AckItem(byte[] Attempt, byte[] Outcome, long KeepMilliseconds, TaskState State);
