using QCluster.Queue;

namespace QCluster.IntegrationTests.Broker;

/// <summary>A worker incarnation as a pusher knows it.</summary>
internal sealed record TestWorker(string Incarnation, string Registration, string Cluster)
{
    public ClaimRequest Wants(int count) => new(Incarnation, Registration, count);

    public ClaimRequest WantsIsolated() => new(Incarnation, Registration, [1]);
}
