using QCluster.Model;

namespace QCluster.Queue;

/// <summary>Task elements for one lane of a queue, due at once, after <paramref name="Delay"/>, or at <paramref name="Due"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Elements">The elements.</param>
/// <param name="Delay">How long they wait.</param>
/// <param name="Due">Until when they wait.</param>
/// <param name="Demand">What must be there, or nothing is enqueued.</param>
/// <param name="DemandedFunction">The function that a live cluster must have.</param>
/// <param name="Fresh">Their ids were made for this call, and nobody has sent them before: Redis need not look whether it knows them.</param>
/// <param name="Forced">They follow from a task that has ended: they are enqueued though Redis is full, since their entry in the outbox goes for it.</param>
/// <param name="Joined">They come from several calls, each with one: those for which there is room are enqueued.</param>
internal sealed record EnqueueBatch(string Queue, TaskLane Lane, IReadOnlyList<byte[]> Elements, TimeSpan? Delay = null, DateTimeOffset? Due = null, bool Fresh = false, EnqueueDemand Demand = EnqueueDemand.None, string? DemandedFunction = null, bool Forced = false, bool Joined = false);
