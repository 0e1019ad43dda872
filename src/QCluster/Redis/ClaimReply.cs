namespace QCluster.Redis;

/// <param name="NextDueMilliseconds">Until the next delayed task; -1 when there is none.</param>
/// <param name="Waiting">Tasks still in the lists.</param>
/// <param name="Isolated">Tasks that wait for a worker to themselves.</param>
/// <param name="Damaged">The beginnings of elements that were set aside.</param>
/// <param name="Tasks">For each worker its tasks as one block of lengths and elements; null when it is fenced.</param>
internal sealed record ClaimReply(long NextDueMilliseconds, long Waiting, long Isolated, IReadOnlyList<byte[]> Damaged, IReadOnlyList<byte[]?> Tasks);
