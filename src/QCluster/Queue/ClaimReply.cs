namespace QCluster.Queue;

/// <param name="NextDueMilliseconds">Until there may be more to do by itself; -1 when nothing is to be expected.</param>
/// <param name="Waiting">Tasks still waiting, by class: low, normal, high, critical.</param>
/// <param name="Isolated">Tasks still waiting for a worker process to themselves.</param>
/// <param name="Damaged">The beginnings of elements that were set aside.</param>
/// <param name="Tasks">For each worker its tasks as one block of lengths and elements; null when it is fenced.</param>
internal sealed record ClaimReply(long NextDueMilliseconds, IReadOnlyList<long> Waiting, long Isolated, IReadOnlyList<byte[]> Damaged, IReadOnlyList<byte[]?> Tasks);
