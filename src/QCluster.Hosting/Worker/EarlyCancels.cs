namespace QCluster.Hosting.Worker;

/// <summary>
/// Cancels of tasks that are not here: the sentinel's message may overtake the task, which comes from the pusher. Most of them are for
/// other workers, and are
/// forgotten in time. Used under the lock of the <see cref="Ledger"/>.
/// </summary>
internal sealed class EarlyCancels
{
    private const int MaxCount = 10_000;

    private readonly HashSet<Guid> _ids = [];

    public void Add(Guid id)
    {
        if (_ids.Count >= MaxCount)
            _ids.Clear();
        _ids.Add(id);
    }

    public bool Take(Guid id) => _ids.Remove(id);
}
