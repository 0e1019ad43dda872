using QCluster.Hosting.Channels;

namespace QCluster.Hosting.Sentinel;

/// <summary>What must be done about a child, and why.</summary>
/// <param name="Action">What.</param>
/// <param name="Kind">Why, in a word.</param>
/// <param name="Reason">Why, for the log.</param>
/// <param name="Culprit">The task it is for.</param>
/// <param name="Cancel">How that task was to end.</param>
internal sealed record GuardVerdict(GuardAction Action, string Kind, string Reason, RunningTask? Culprit = null, TaskCancelReason Cancel = TaskCancelReason.None);
