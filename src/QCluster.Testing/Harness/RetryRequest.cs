namespace QCluster.Testing;

/// <summary>An attempt that failed and is followed by another one.</summary>
/// <param name="Attempt">Which attempt it was, from 1.</param>
/// <param name="Pause">How long until the next one.</param>
/// <param name="Error">Why, with a long message or stack cut off as in a record.</param>
public sealed record RetryRequest(int Attempt, TimeSpan Pause, TaskError Error);
