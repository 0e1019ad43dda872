using QCluster.Execution.Functions;

namespace QCluster.Testing.Clusters;

/// <summary>The slot of a running task.</summary>
internal sealed class TestSlot(SemaphoreSlim places) : ISlotHolder
{
    private int _waits;

    /// <summary>Releases the slot. A task may wait for several others at a time.</summary>
    public void Lend()
    {
        if (Interlocked.Increment(ref _waits) == 1)
            places.Release();
    }

    public Task TakeBackAsync() => Interlocked.Decrement(ref _waits) == 0 ? places.WaitAsync() : Task.CompletedTask;

    /// <summary>Ends the task. If it left a wait without resuming, it has released its slot already.</summary>
    public void Leave()
    {
        if (Volatile.Read(ref _waits) == 0)
            places.Release();
    }
}
