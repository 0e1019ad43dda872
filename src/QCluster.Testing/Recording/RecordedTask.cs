using QCluster.Model;

namespace QCluster.Testing.Recording;

/// <summary>A recorded task, what it travels as, and when it is due if it is delayed.</summary>
internal sealed record RecordedTask(TaskId Id, byte[] Element, EnqueuedTask Task, DateTimeOffset? Due);
