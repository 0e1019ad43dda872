namespace QCluster;

/// <summary>The result of one check.</summary>
/// <param name="Check">The check: <c>redis</c>, <c>memory</c>, <c>eviction</c>, <c>replication</c>, <c>clusters</c>, <c>pusher</c>, <c>monitor</c>, <c>workers</c>, <c>queue</c>, <c>oldest</c>, <c>delayed</c> or <c>scheduler</c>.</param>
/// <param name="Subject">The cluster or queue; empty if there is only one subject.</param>
/// <param name="IsHealthy">False: there is a problem.</param>
/// <param name="Text">The values seen and, for a problem, the remedy.</param>
public sealed record HealthFinding(string Check, string Subject, bool IsHealthy, string Text);
