using QCluster.Execution.Functions;

namespace QCluster.Testing.Clusters;

/// <summary>A running task's place among those that run at a time.</summary>
internal sealed class TestSlot(SemaphoreSlim places) : ISlotHolder
{
    private int _waits;

    /// <summary>It may wait for several others at a time.</summary>
    public void Lend()
    {
        if (Interlocked.Increment(ref _waits) == 1)
            places.Release();
    }

    public Task TakeBackAsync() => Interlocked.Decrement(ref _waits) == 0 ? places.WaitAsync() : Task.CompletedTask;

    /// <summary>The task is over. One that left a wait of its own without coming back has given its place away already.</summary>
    public void Leave()
    {
        if (Volatile.Read(ref _waits) == 0)
            places.Release();
    }
}
