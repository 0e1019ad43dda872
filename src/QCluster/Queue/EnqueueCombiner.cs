namespace QCluster.Queue;

/// <summary>
/// Joins single enqueues into one call while others are under way: a single one is sent at once; many together cost little more
/// than one.
/// </summary>
/// <param name="send">Enqueues elements of one queue and priority.</param>
internal sealed class EnqueueCombiner(Func<EnqueueBatch, Task<byte[]?>> send)
{
    private const int MaxOnTheirWay = 4;
    private const int MaxBatch = 500;

    private readonly Lock _lock = new();
    private readonly Queue<Batch> _waiting = new();
    private Batch? _last;
    private int _onTheirWay;

    /// <summary>Enqueues a batch of one element. Returns the reply to the call that contains it, and its index there.</summary>
    public (Task<byte[]?> Answer, int Index) Enqueue(EnqueueBatch one, CancellationToken cancellationToken)
    {
        Batch batch;
        int index;
        lock (_lock)
        {
            if (_last is null || !_last.Fits(one))
            {
                _last = new Batch(one);
                _waiting.Enqueue(_last);
            }

            batch = _last;
            index = batch.Elements.Count;
            batch.Elements.Add(one.Elements[0]);
            if (_onTheirWay == MaxOnTheirWay)
                return (batch.Done.WaitAsync(cancellationToken), index);
            // A sender ends only when nothing waits, so this batch contains the element added above.
            _onTheirWay++;
            batch = TakeNext()!;
        }

        return (SendOwnAsync(batch, cancellationToken), index);
    }

    /// <summary>The batch has a single caller, which needs no notification of the others.</summary>
    private async Task<byte[]?> SendOwnAsync(Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            var sending = send(batch.Whole);
            return await (cancellationToken.CanBeCanceled ? sending.WaitAsync(cancellationToken) : sending).ConfigureAwait(false);
        }
        finally
        {
            if (NextOrLeave() is { } next)
                _ = SendAsync(next);
        }
    }

    /// <summary>Sends one batch after another until none waits.</summary>
    private async Task SendAsync(Batch batch)
    {
        for (var next = batch; next is not null;)
        {
            try
            {
                next.Complete(await send(next.Whole).ConfigureAwait(false));
            }
#pragma warning disable CA1031 // It is given to those who wait for this batch.
            catch (Exception e)
#pragma warning restore CA1031
            {
                next.Fail(e);
            }

            next = NextOrLeave();
        }
    }

    private Batch? NextOrLeave()
    {
        lock (_lock)
        {
            var next = TakeNext();
            if (next is null)
                _onTheirWay--;
            return next;
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

    private sealed class Batch(EnqueueBatch first)
    {
        private readonly TaskCompletionSource<byte[]?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EnqueueBatch Whole => first with { Elements = Elements, Joined = true };

        public List<byte[]> Elements { get; } = [];

        public Task<byte[]?> Done => _done.Task;

        public bool Fits(EnqueueBatch other) =>
            Elements.Count < MaxBatch && first.Lane == other.Lane && first.Fresh == other.Fresh && string.Equals(first.Queue, other.Queue, StringComparison.Ordinal);

        public void Complete(byte[]? answer) => _done.TrySetResult(answer);

        public void Fail(Exception e) => _done.TrySetException(e);
    }
}
