using QCluster.Hosting.Channels;

namespace QCluster.Hosting.Worker;

/// <summary>The slots of a worker and the tasks that have one. Used under the lock of the <see cref="Ledger"/>.</summary>
internal sealed class SlotSet(SlotTable table, int entries)
{
    private readonly HashSet<HeldTask> _tasks = [];
    private readonly Stack<int> _free = new(Enumerable.Range(0, entries).Reverse());

    /// <summary>How many tasks have a slot.</summary>
    public int Count => _tasks.Count;

    public int Free => _free.Count;

    /// <summary>Whether a task has a slot that was asked to stop and has not.</summary>
    public bool HasOverdue => _tasks.Any(static t => t.Context is { CancelReason: TaskCancelReason.Timeout or TaskCancelReason.User });

    public void Take(HeldTask task)
    {
        task.Slot = _free.Pop();
        _tasks.Add(task);
    }

    /// <summary>A task has ended.</summary>
    public void End(HeldTask task)
    {
        table.End(task.Slot);
        Return(task);
    }

    /// <summary>The tasks that a thread of the pool was to run, and to which none has come since. They lose their slots.</summary>
    public HeldTask[] TakeUnstarted(long dispatchedBefore)
    {
        // TryTake decides between this and the thread that comes in this very moment.
        var unstarted = _tasks.Where(t => t.DispatchedTicks != 0 && t.DispatchedTicks < dispatchedBefore && t.TryTake()).ToArray();
        foreach (var task in unstarted)
            Return(task);
        return unstarted;
    }

    /// <summary>Cancels the tasks whose time-out has come.</summary>
    /// <returns>Whether there are tasks that must be looked after again: with a time-out, or on their way to a thread.</returns>
    public bool CancelOverdue(long now)
    {
        var isMore = false;
        foreach (var task in _tasks)
        {
            isMore |= task.DispatchedTicks != 0 && task.Context is null;
            if (task.Context is not { DeadlineTicks: > 0 } context)
                continue;
            isMore = true;
            if (now >= context.DeadlineTicks)
                context.Cancel(TaskCancelReason.Timeout);
        }

        return isMore;
    }

    private void Return(HeldTask task)
    {
        _free.Push(task.Slot);
        _tasks.Remove(task);
    }
}
