using QCluster.Hosting.Channels;

namespace QCluster.Hosting.Worker;

/// <summary>What a worker has been given and not begun: the highest class first, and within one class in the order of arrival. Used under the worker's lock.</summary>
internal sealed class Backlog
{
    private readonly Queue<HeldTask>[] _classes = [new(), new(), new(), new()];

    public int Count { get; private set; }

    /// <summary>When the one that has waited longest came.</summary>
    public long OldestTicks => _classes.Where(c => c.Count > 0).Min(c => c.Peek().ArrivedTicks);

    public void Add(HeldTask task)
    {
        _classes[(int)task.Class].Enqueue(task);
        Count++;
    }

    /// <summary>The next one, if it may run beside so many others.</summary>
    public HeldTask? TryTake(int running, WorkerRoom room)
    {
        if (Count == 0)
            return null;
        for (var priority = PriorityClass.Critical; priority >= PriorityClass.Low; priority--)
        {
            if (_classes[(int)priority].Count == 0)
                continue;
            // Those of a lower class have less room.
            if (running >= room.Slots + room.Extra(priority))
                return null;
            Count--;
            return _classes[(int)priority].Dequeue();
        }

        return null;
    }

    /// <summary>All of them, the lowest class first; none is left.</summary>
    public HeldTask[] TakeAll()
    {
        var all = _classes.SelectMany(c => c).ToArray();
        foreach (var one in _classes)
            one.Clear();
        Count = 0;
        return all;
    }
}
