namespace QCluster.Wire.Packets;

/// <summary>What an element says of its task in front of the envelope. It is not signed: Redis counts it.</summary>
/// <param name="Lost">How often a worker died while it held the task.</param>
/// <param name="Key">The attempt, from 1, and the task's id.</param>
internal readonly record struct TaskElementHeader(byte Lost, AttemptKey Key);
