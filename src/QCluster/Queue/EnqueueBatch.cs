using QCluster.Model;

namespace QCluster.Queue;

/// <summary>Task elements for one lane of a queue, due at once, after <paramref name="Delay"/>, or at <paramref name="Due"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Elements">The elements.</param>
/// <param name="Delay">The delay of their start.</param>
/// <param name="Due">Their earliest start.</param>
/// <param name="Demand">The requirement; without it nothing is enqueued.</param>
/// <param name="DemandedFunction">The function that a live cluster must have.</param>
/// <param name="Fresh">Their ids were made for this call and never sent before: Redis need not check whether it knows them.</param>
/// <param name="Forced">They follow from a task that has ended: they are enqueued even if Redis is full, since the removal of their outbox entry frees the memory.</param>
/// <param name="Joined">They come from several calls with one task each: as many as there is room for are enqueued.</param>
internal sealed record EnqueueBatch(string Queue, TaskLane Lane, IReadOnlyList<byte[]> Elements, TimeSpan? Delay = null, DateTimeOffset? Due = null, bool Fresh = false, EnqueueDemand Demand = EnqueueDemand.None, string? DemandedFunction = null, bool Forced = false, bool Joined = false);
