namespace QCluster.Testing;

/// <summary>An attempt that failed and is followed by another one.</summary>
/// <param name="Attempt">The number of the attempt, from 1.</param>
/// <param name="Pause">The delay until the next attempt.</param>
/// <param name="Error">The error, with a long message or stack cut as in a record.</param>
public sealed record RetryRequest(int Attempt, TimeSpan Pause, TaskError Error);
