namespace QCluster;

/// <summary>One try at a task.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Started">When a worker began it; null when none did.</param>
/// <param name="Stopped">When it was over.</param>
/// <param name="Error">What went wrong; null for the one that succeeded.</param>
/// <param name="Cluster">The cluster that ran it.</param>
/// <param name="Worker">The worker that ran it.</param>
public sealed record TaskAttempt(int Number, DateTimeOffset? Started, DateTimeOffset Stopped, TaskError? Error, string Cluster, string Worker);
