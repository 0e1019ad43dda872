namespace QCluster.Hosting.Pusher;

/// <summary>Tasks of one queue that are waited for together.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Group">The tasks.</param>
internal sealed record WakeMember(QueueState Queue, WakeGroup Group);
