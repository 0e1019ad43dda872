using System.Threading.Channels;
using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// Runs the sentinel's Redis calls one after the other, apart from its loop: while Redis is away a call may take as long as the call
/// time-out, and deadlines, exits and signals must not wait for it.
/// </summary>
internal sealed class RedisWorkQueue
{
    private readonly Action<BrokerException> _onFailure;
    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateUnbounded<Func<CancellationToken, Task>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;

    /// <param name="onFailure">Called with each failure.</param>
    /// <param name="cancellationToken">Ends the call under way and all that wait.</param>
    public RedisWorkQueue(Action<BrokerException> onFailure, CancellationToken cancellationToken)
    {
        _onFailure = onFailure;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = Task.Run(RunAsync, CancellationToken.None);
        Background.Watch(_running);
    }

    public void Post(Func<CancellationToken, Task> work) => _work.Writer.TryWrite(work);

    /// <summary>Takes nothing new, and waits for what was posted, for as long as the limit.</summary>
    public async Task CompleteAsync(TimeSpan limit)
    {
        _work.Writer.TryComplete();
        _stop.CancelAfter(limit);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested)
                continue;
            try
            {
                await work(_stop.Token).ConfigureAwait(false);
            }
            catch (BrokerException e)
            {
                _onFailure(e);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Stopping: what was not done is found by whoever looks for orphans.
            }
        }
    }
}
