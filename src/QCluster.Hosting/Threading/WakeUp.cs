namespace QCluster.Hosting.Threading;

/// <summary>Wakes a loop. Several calls before it wakes count as one.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

    public void Set()
    {
        // What the loop is to find must be there before it is seen that it has not looked yet.
        Interlocked.MemoryBarrier();
        if (_semaphore.CurrentCount > 0)
            return;
        try
        {
            _semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another caller was faster.
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _semaphore.WaitAsync(cancellationToken);

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken = default) => _semaphore.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _semaphore.Dispose();
}
