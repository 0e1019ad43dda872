namespace QCluster;

/// <summary>One thing that was checked.</summary>
/// <param name="Check">What: <c>redis</c>, <c>memory</c>, <c>eviction</c>, <c>replication</c>, <c>clusters</c>, <c>pusher</c>, <c>monitor</c>, <c>workers</c>, <c>queue</c>, <c>oldest</c>, <c>delayed</c> or <c>scheduler</c>.</param>
/// <param name="Subject">Of which cluster or queue; empty when there is only one such thing.</param>
/// <param name="IsHealthy">Whether it is as it should be.</param>
/// <param name="Text">What was seen, and where it is not well what to do.</param>
public sealed record HealthFinding(string Check, string Subject, bool IsHealthy, string Text);
