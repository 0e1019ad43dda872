using QCluster.Queue;

namespace QCluster.IntegrationTests.Broker;

/// <summary>What one queue must look like, kept in plain lists. Cancelled tasks behind one that waits stand in their list until they are claimed past.</summary>
internal sealed class QueueModel
{
    private readonly List<Guid>[] _lists = [.. Enumerable.Range(0, TaskPriority.Count).Select(_ => new List<Guid>())];
    private readonly HashSet<Guid> _cancelled = [];
    private readonly HashSet<Guid> _wantedCancelled = [];

    public Dictionary<Guid, int> Priorities { get; } = [];

    public Dictionary<Guid, string> InFlight { get; } = [];

    public HashSet<Guid> Finished { get; } = [];

    public IEnumerable<Guid> Waiting => _lists.SelectMany(l => l).Where(id => !_cancelled.Contains(id));

    public IReadOnlyList<Guid> List(int priority) => _lists[priority];

    public void Enqueue(int priority, IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
            if (Priorities.TryAdd(id, priority)) _lists[priority].Add(id);
    }

    public List<Guid> Claim(string worker, int count)
    {
        var taken = new List<Guid>();
        for (var p = TaskPriority.Count - 1; p >= 0 && count > 0; p--)
        {
            var step = Math.Min(count, _lists[p].Count);
            foreach (var id in _lists[p][..step])
            {
                if (_cancelled.Remove(id)) continue;
                InFlight.Add(id, worker);
                taken.Add(id);
            }

            _lists[p].RemoveRange(0, step);
            count -= step;
        }

        return taken;
    }

    public void GiveBack(IReadOnlyList<Guid> ids)
    {
        for (var i = ids.Count - 1; i >= 0; i--)
        {
            InFlight.Remove(ids[i]);
            if (_wantedCancelled.Remove(ids[i]))
                Finished.Add(ids[i]);
            else
                _lists[Priorities[ids[i]]].Insert(0, ids[i]);
        }
    }

    public void Finish(Guid id)
    {
        InFlight.Remove(id);
        _wantedCancelled.Remove(id);
        Finished.Add(id);
    }

    /// <summary>A task in flight is asked for; it ends when it comes back.</summary>
    public void RequestCancel(Guid id) => _wantedCancelled.Add(id);

    public bool Cancel(Guid id)
    {
        if (InFlight.ContainsKey(id) || Finished.Contains(id)) return false;
        _cancelled.Add(id);
        var list = _lists[Priorities[id]];
        while (list.Count > 0 && _cancelled.Remove(list[0]))
            list.RemoveAt(0);
        return Finished.Add(id);
    }

    public (TaskPlace Place, long? Ahead, string? Incarnation) Lookup(Guid id)
    {
        if (Finished.Contains(id)) return (TaskPlace.Finished, null, null);
        if (InFlight.TryGetValue(id, out var worker)) return (TaskPlace.InFlight, null, worker);
        return (TaskPlace.Waiting, _lists[Priorities[id]].IndexOf(id), null);
    }
}
