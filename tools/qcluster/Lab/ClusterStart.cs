namespace QCluster.Tool.Lab;

/// <summary>How a cluster is started.</summary>
/// <param name="Redis">Where its queues are.</param>
/// <param name="Name">The name it shares with its clients.</param>
/// <param name="Secret">What they sign with.</param>
/// <param name="Results">The database, if one is used.</param>
/// <param name="Arguments">The rest of its command line.</param>
internal sealed record ClusterStart(string Redis, string Name, string Secret, string? Results, IReadOnlyList<string> Arguments);
