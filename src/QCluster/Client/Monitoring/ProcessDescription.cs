namespace QCluster.Client.Monitoring;

/// <summary>One process of a cluster.</summary>
/// <param name="Role">sentinel, pusher, worker or monitor.</param>
/// <param name="Ordinal">Its number among the processes of its role; a successor has the same.</param>
/// <param name="Pid">Its process id on its machine.</param>
/// <param name="State">starting, running or stopping.</param>
/// <param name="ResidentBytes">Its resident memory.</param>
/// <param name="Done">Number of tasks it has finished.</param>
/// <param name="Busy">Number of tasks it runs.</param>
/// <param name="CpuPercent">Processor time since the previous heartbeat, in percent of one processor.</param>
internal sealed record ProcessDescription(string Role, int Ordinal, int Pid, string State, long ResidentBytes, long Done, int Busy, double CpuPercent = 0)
{
    /// <summary>The processors to which it is pinned; null = all.</summary>
    public IReadOnlyList<int>? PinnedTo { get; init; }
}
