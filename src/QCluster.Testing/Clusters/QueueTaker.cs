using QCluster.TaskClasses.Consumers;

namespace QCluster.Testing.Clusters;

/// <summary>Claims the tasks of one queue while there is room for them.</summary>
internal sealed class QueueTaker(ConsumerMembership consumer, string queue, TestRunner runner)
{
    private static readonly TimeSpan PauseWhenEmpty = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await runner.EnterAsync(stopping).ConfigureAwait(false);
                if (!await TakeAsync().ConfigureAwait(false))
                    await Task.Delay(PauseWhenEmpty, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (BrokerException)
            {
                await Task.WhenAny(Task.Delay(PauseAfterFailure, stopping)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Not cancelled by the stop: claimed tasks must be known.</summary>
    private async Task<bool> TakeAsync()
    {
        byte[]? element = null;
        try
        {
            element = await consumer.TakeAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            if (element is null)
                runner.Leave();
        }

        if (element is not null)
            runner.Begin(consumer, queue, element);
        return element is not null;
    }
}
