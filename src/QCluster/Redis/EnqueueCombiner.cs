namespace QCluster.Redis;

/// <summary>
/// Joins single enqueues into one call while others are on their way: alone, one goes at once; together, many cost little more
/// than one.
/// </summary>
/// <param name="send">Enqueues elements of one queue and priority.</param>
internal sealed class EnqueueCombiner(Func<string, int, IReadOnlyList<byte[]>, Task> send)
{
    private const int MostOnTheirWay = 4;
    private const int LargestBatch = 500;

    private readonly Lock _lock = new();
    private readonly Queue<Batch> _waiting = new();
    private Batch? _last;
    private int _onTheirWay;

    public Task EnqueueAsync(string queue, int priority, byte[] element, CancellationToken cancellationToken)
    {
        Batch batch;
        lock (_lock)
        {
            if (_last is null || !_last.Fits(queue, priority))
            {
                _last = new Batch(queue, priority);
                _waiting.Enqueue(_last);
            }

            batch = _last;
            batch.Elements.Add(element);
            if (_onTheirWay == MostOnTheirWay)
                return batch.Done.WaitAsync(cancellationToken);
            _onTheirWay++;
            batch = TakeNext()!;
        }

        var sending = SendAsync(batch);
        return sending.IsCompletedSuccessfully ? sending : batch.Done.WaitAsync(cancellationToken);
    }

    /// <summary>Sends one batch after the other until none waits.</summary>
    private async Task SendAsync(Batch batch)
    {
        for (var next = batch; next is not null;)
        {
            try
            {
                await send(next.Queue, next.Priority, next.Elements).ConfigureAwait(false);
                next.Complete();
            }
#pragma warning disable CA1031 // It is given to those who wait for this batch.
            catch (Exception e)
#pragma warning restore CA1031
            {
                next.Fail(e);
            }

            lock (_lock)
            {
                next = TakeNext();
                if (next is null)
                    _onTheirWay--;
            }
        }
    }

    /// <summary>Lock held.</summary>
    private Batch? TakeNext()
    {
        if (!_waiting.TryDequeue(out var next))
            return null;
        if (next == _last)
            _last = null;
        return next;
    }

    private sealed class Batch(string queue, int priority)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Queue => queue;

        public int Priority => priority;

        public List<byte[]> Elements { get; } = [];

        public Task Done => _done.Task;

        public bool Fits(string otherQueue, int otherPriority) =>
            Elements.Count < LargestBatch && priority == otherPriority && string.Equals(queue, otherQueue, StringComparison.Ordinal);

        public void Complete() => _done.TrySetResult();

        public void Fail(Exception e) => _done.TrySetException(e);
    }
}
