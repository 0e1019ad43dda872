namespace QCluster;

/// <summary>One try at a task.</summary>
/// <param name="Number">The number of the attempt, from 1.</param>
/// <param name="Started">The time of its start by a worker; null if no worker started it.</param>
/// <param name="Stopped">The time of its end.</param>
/// <param name="Error">Its error; null if it succeeded.</param>
/// <param name="Cluster">The cluster that ran it.</param>
/// <param name="Worker">The worker that ran it.</param>
public sealed record TaskAttempt(int Number, DateTimeOffset? Started, DateTimeOffset Stopped, TaskError? Error, string Cluster, string Worker);
