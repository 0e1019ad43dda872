using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Sentinel;

/// <summary>The tasks whose cancellation was requested, each until it has ended.</summary>
internal sealed class CancelBook(TimeProvider time)
{
    private const int Many = 1000;

    private readonly Dictionary<Guid, long> _since = [];

    /// <summary>All of them.</summary>
    public IReadOnlySet<Guid> Ids => _since.Keys.ToHashSet();

    /// <summary>True when it is new.</summary>
    public bool Add(byte[] id) => _since.TryAdd(new Guid(id, bigEndian: true), time.Ticks());

    public bool TryGet(Guid id, out long since) => _since.TryGetValue(id, out since);

    public void Remove(Guid id) => _since.Remove(id);

    /// <summary>Cancels of tasks that have ended since need not be remembered for ever.</summary>
    public void Forget(Func<IEnumerable<Guid>> running)
    {
        if (_since.Count < Many)
            return;
        var alive = running().ToHashSet();
        foreach (var id in _since.Keys.Where(k => !alive.Contains(k)).ToArray())
            _since.Remove(id);
    }
}
