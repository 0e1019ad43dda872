using System.Diagnostics;
using QCluster.Execution.Functions;
using QCluster.Client.Monitoring;

namespace QCluster.Testing.Clusters;

/// <summary>A task that runs here.</summary>
internal sealed class RunningTask(PacketContext context)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private (double Fraction, string? Message)? _progress;

    public PacketContext Context => context;

    public void Report(double fraction, string? message) => _progress = (fraction, message);

    public RunningDescription Describe() =>
        new(context.Id, 0, Stopwatch.GetElapsedTime(_started).TotalSeconds, _progress?.Fraction, _progress?.Message);
}
