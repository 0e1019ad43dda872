namespace QCluster.Queue;

/// <param name="NextDueMilliseconds">The time until the next delayed or parked task may start; -1 = none is known.</param>
/// <param name="Waiting">Tasks still waiting, by class: low, normal, high, critical.</param>
/// <param name="Isolated">Isolated tasks still waiting.</param>
/// <param name="Damaged">The beginnings of elements that were set aside.</param>
/// <param name="Tasks">For each worker its tasks as one block of lengths and elements; null if it is fenced.</param>
internal sealed record ClaimReply(long NextDueMilliseconds, IReadOnlyList<long> Waiting, long Isolated, IReadOnlyList<byte[]> Damaged, IReadOnlyList<byte[]?> Tasks);
