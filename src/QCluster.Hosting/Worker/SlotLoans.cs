namespace QCluster.Hosting.Worker;

/// <summary>
/// The slots of tasks that wait for others, which run in them meanwhile; so tasks that wait for one another never fill a worker for good.
/// </summary>
/// <param name="gate">The lock of the <see cref="Ledger"/>.</param>
/// <param name="hasRoom">Whether one more may run; called under the lock.</param>
/// <param name="onLent">A slot was released, or acquired again; called under the lock.</param>
internal sealed class SlotLoans(Lock gate, Func<HeldTask, bool> hasRoom, Action<bool> onLent)
{
    private readonly Queue<(HeldTask Task, TaskCompletionSource Has)> _returning = new();

    /// <summary>How many slots are lent. Read under the lock.</summary>
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
                TakeBack_LockHeld(task);
                return Task.CompletedTask;
            }

            var has = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _returning.Enqueue((task, has));
            return has.Task;
        }
    }

    /// <summary>Tasks that come back go before all that have not begun. Called when a slot may be free.</summary>
    public void ReturnFirst_LockHeld()
    {
        while (_returning.TryPeek(out var first) && hasRoom(first.Task))
        {
            _returning.Dequeue();
            TakeBack_LockHeld(first.Task);
            first.Has.SetResult();
        }
    }

    /// <summary>The task has ended.</summary>
    public void Forget_LockHeld(HeldTask task) => TakeBack_LockHeld(task);

    private void TakeBack_LockHeld(HeldTask task)
    {
        task.IsLent = false;
        Count--;
        onLent(false);
    }
}
