using QCluster.Hosting.Channels;
using QCluster.Hosting.Threading;
using QCluster.Model;

namespace QCluster.Hosting.Worker;

/// <summary>
/// What a worker has been given and not begun: the highest class first, and within one class in the order of arrival. Used under the lock
/// of the <see cref="Ledger"/>.
/// </summary>
internal sealed class Backlog(TimeProvider time)
{
    private const long MaxMilliseconds = 20;

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
        if (Overdue(running, room) is { } overdue)
        {
            Count--;
            return overdue.Dequeue();
        }

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

    /// <summary>Of several classes, one below critical that has waited for longer than what is given ahead should take: others that keep coming must not hold it up.</summary>
    private Queue<HeldTask>? Overdue(int running, WorkerRoom room)
    {
        if (_classes[(int)PriorityClass.Critical].Count > 0 || Array.Exists(_classes, c => c.Count == Count))
            return null;
        var before = time.Ticks() - MaxMilliseconds;
        for (var priority = PriorityClass.Low; priority < PriorityClass.Critical; priority++)
        {
            if (_classes[(int)priority].TryPeek(out var first) && first.ArrivedTicks < before && running < room.Slots + room.Extra(priority))
                return _classes[(int)priority];
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
