using QCluster.Model;

namespace QCluster.Testing.Recording;

/// <summary>A chain that was started.</summary>
internal sealed record RecordedChain(TaskId Id, string Label, bool ContinueOnFailure, IReadOnlyList<RecordedTask> Steps);
