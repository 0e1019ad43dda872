using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Sentinel;

/// <summary>The tasks whose cancellation was requested, each until it has ended.</summary>
internal sealed class CancelBook(TimeProvider time)
{
    private const int Many = 1000;

    private readonly Dictionary<Guid, long> _since = [];
    private readonly List<byte[]> _handled = [];

    /// <summary>All of them.</summary>
    public IReadOnlySet<Guid> Ids => _since.Keys.ToHashSet();

    /// <summary>Ids that Redis need not report again.</summary>
    public byte[][] Handled => [.. _handled];

    /// <summary>True when it is new.</summary>
    public bool Add(byte[] id)
    {
        _handled.Add(id);
        return _since.TryAdd(new Guid(id, bigEndian: true), time.Ticks());
    }

    public bool TryGet(Guid id, out long since) => _since.TryGetValue(id, out since);

    public void Remove(Guid id) => _since.Remove(id);

    /// <summary>Redis has heard of the first <paramref name="count"/> of <see cref="Handled"/>.</summary>
    public void Acknowledge(int count) => _handled.RemoveRange(0, count);

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
