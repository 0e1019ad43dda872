namespace QCluster.Wire.Packets;

/// <summary>The header of an element before the envelope. It is not signed: Redis counts in it.</summary>
/// <param name="Lost">The number of workers that died while they held the task.</param>
/// <param name="Key">The attempt, from 1, and the task's id.</param>
internal readonly record struct TaskElementHeader(byte Lost, AttemptKey Key);
