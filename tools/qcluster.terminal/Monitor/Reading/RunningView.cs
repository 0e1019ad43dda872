using QCluster.Client.Monitoring;

namespace QCluster.Terminal.Monitor.Reading;

/// <summary>A running task and its cluster.</summary>
internal sealed record RunningView(ClusterDescription Cluster, RunningDescription Task)
{
    private DateTimeOffset Started => Cluster.At - TimeSpan.FromSeconds(Task.Seconds);

    /// <summary>For how long it has run, though its cluster told of it a while ago.</summary>
    public TimeSpan Age(DateTimeOffset now) => now > Started ? now - Started : TimeSpan.Zero;

    /// <summary>How long it may go on.</summary>
    public TimeSpan? Left(DateTimeOffset now) => Task.Left is { } left ? Cluster.At + TimeSpan.FromSeconds(left) - now : null;

    public string Worker => $"{Cluster.Cluster[..Math.Min(8, Cluster.Cluster.Length)]}#{Task.Worker}";
}
