namespace QCluster.Hosting.Worker;

/// <summary>The places of tasks that wait for others, which run in them meanwhile; so tasks that wait for one another never fill a worker for good.</summary>
/// <param name="gate">The worker's lock.</param>
/// <param name="hasRoom">Whether one more may run; called under the lock.</param>
/// <param name="onLent">A place is free; called under the lock.</param>
internal sealed class SlotLoans(Lock gate, Func<HeldTask, bool> hasRoom, Action<bool> onLent)
{
    private readonly Queue<(HeldTask Task, TaskCompletionSource Has)> _returning = new();

    /// <summary>How many places are lent. Read under the lock.</summary>
    public int Count { get; private set; }

    public void Lend(HeldTask task)
    {
        lock (gate)
        {
            if (task.IsLent)
                return;
            task.IsLent = true;
            Count++;
            onLent(true);
        }
    }

    public Task TakeBackAsync(HeldTask task)
    {
        lock (gate)
        {
            if (!task.IsLent)
                return Task.CompletedTask;
            if (_returning.Count == 0 && hasRoom(task))
            {
                TakeBack(task);
                return Task.CompletedTask;
            }

            var has = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _returning.Enqueue((task, has));
            return has.Task;
        }
    }

    /// <summary>Those who come back go before whatever has not begun. Called under the lock when a place may be free.</summary>
    public void ReturnFirst()
    {
        while (_returning.TryPeek(out var first) && hasRoom(first.Task))
        {
            _returning.Dequeue();
            TakeBack(first.Task);
            first.Has.SetResult();
        }
    }

    /// <summary>The task has ended. Called under the lock.</summary>
    public void Forget(HeldTask task) => TakeBack(task);

    private void TakeBack(HeldTask task)
    {
        task.IsLent = false;
        Count--;
        onLent(false);
    }
}
