using Microsoft.Extensions.Logging;
using QCluster.Hosting.Children;
using QCluster.Queue.Clusters;

namespace QCluster.Hosting.Monitor;

/// <summary>
/// Releases records whose group or chain has ended: now their time-to-live begins, or their place among the last uncached ones.
/// In small parts, so that a large group does not block Redis. Several monitors may do it, and each may die.
/// </summary>
internal sealed class HeldRecords(ClusterQueue queue, ILogger logger, TimeProvider time)
{
    private const int Part = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var isMore = false;
            try
            {
                isMore = await queue.ReleaseHeldAsync(Part, stopping).ConfigureAwait(false) == Part;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (BrokerException e)
            {
                MonitorLog.ReleaseFailed(logger, queue.Keys.Queue, e.Message);
            }

            if (!isMore)
                await Task.WhenAny(Task.Delay(Pace.UntilNext(Interval, time), time, stopping)).ConfigureAwait(false);
        }
    }
}
