using QCluster.Model;

namespace QCluster.Testing.Recording;

/// <summary>A recorded task, its element, and the due time of a delayed one.</summary>
internal sealed record RecordedTask(TaskId Id, byte[] Element, EnqueuedTask Task, DateTimeOffset? Due);
