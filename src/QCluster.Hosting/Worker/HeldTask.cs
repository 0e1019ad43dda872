using QCluster.Execution.Functions;
using QCluster.Hosting.Channels;
using QCluster.Model;

namespace QCluster.Hosting.Worker;

/// <summary>
/// A task this worker holds, from its arrival until its outcome is settled. Changed under the lock of the <see cref="Ledger"/>.
/// </summary>
internal sealed class HeldTask(AttemptRef attempt, byte[] element, PriorityClass priority, long arrivedTicks, SlotLoans? lending = null) : ISlotHolder
{
    private int _taken;
    private int _waits;

    public AttemptRef Attempt { get; } = attempt;

    public byte[] Element { get; } = element;

    public PriorityClass Class { get; } = priority;

    public long ArrivedTicks { get; } = arrivedTicks;

    public int Slot { get; set; } = -1;

    /// <summary>When it was given to the thread pool.</summary>
    public long DispatchedTicks { get; set; }

    public WorkerTaskContext? Context { get; set; }

    /// <summary>Its function, once that has been called.</summary>
    public TaskFunction? Function { get; set; }

    /// <summary>What is awaited of a function that has not returned at once.</summary>
    public ValueTask Pending { get; set; }

    /// <summary>Asked to be cancelled before it began.</summary>
    public bool IsCancelled { get; set; }

    public TaskReport? Report { get; set; }

    /// <summary>What is told of it once that is settled.</summary>
    public EndedAttempt? Ended { get; set; }

    /// <summary>
    /// This attempt was here before, was given back for its limit, and has come again before that was heard to be settled: what is
    /// heard next is about that one.
    /// </summary>
    public bool AwaitsFormerSettlement { get; set; }

    /// <summary>It waits for others, and others may use its slot meanwhile.</summary>
    public bool IsLent { get; set; }

    /// <summary>It may wait for several others at a time.</summary>
    public void Lend()
    {
        if (Interlocked.Increment(ref _waits) == 1)
            lending?.Lend(this);
    }

    public Task TakeBackAsync() =>
        Interlocked.Decrement(ref _waits) == 0 && lending is not null ? lending.TakeBackAsync(this) : Task.CompletedTask;

    /// <summary>True once: for the thread that runs it, or for whoever gives it back because none has come.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;
}
