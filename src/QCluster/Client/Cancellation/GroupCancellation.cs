using QCluster.Model;
using QCluster.Queue;
using QCluster.Client.Groups;
using QCluster.Queue.Tasks;
using QCluster.Client.Monitoring;

namespace QCluster.Client.Cancellation;

/// <summary>Cancels the unfinished members of a group.</summary>
/// <param name="info">Finds the members.</param>
/// <param name="groups">Counts the members.</param>
/// <param name="tasks">Looks the members up.</param>
/// <param name="cancel">Cancels one member.</param>
/// <param name="clock">Paces the searches.</param>
internal sealed class GroupCancellation(InfoClient info, GroupClient groups, TaskScripts tasks, Func<TaskId, CancellationToken, Task<CancelResult>> cancel, TimeProvider clock)
{
    private const int PartSize = 500;
    private const int MaxEmptyLooks = 6;

    /// <summary>Returns the number of tasks that were cancelled, or whose cancel was requested.</summary>
    public async Task<long> CancelAsync(string label, string queue, CancellationToken cancellationToken)
    {
        var asked = new HashSet<TaskId>();
        var requested = new List<TaskId>();
        for (var emptyLooks = 0; emptyLooks < MaxEmptyLooks;)
        {
            var found = (await info.PendingAsync(label, queue, cancellationToken).ConfigureAwait(false)).Where(asked.Add).ToArray();
            foreach (var part in found.Chunk(PartSize))
            {
                var results = await Task.WhenAll(part.Select(id => cancel(id, cancellationToken))).ConfigureAwait(false);
                requested.AddRange(part.Where((_, i) => results[i] == CancelResult.Requested));
            }

            if (found.Length > 0)
            {
                emptyLooks = 0;
                continue;
            }

            // A member may have moved behind the search: returned by a worker, or due just then. Then more members are unfinished than were found.
            if (await UnfinishedAsync(label, queue, cancellationToken).ConfigureAwait(false) <= await RunningAsync(requested, cancellationToken).ConfigureAwait(false))
                break;
            await Task.Delay(TimeSpan.FromMilliseconds(10 << emptyLooks++), clock, cancellationToken).ConfigureAwait(false);
        }

        return asked.Count;
    }

    private async Task<long> UnfinishedAsync(string label, string queue, CancellationToken cancellationToken)
    {
        var progress = await groups.LookAsync(label, queue, null, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return progress.Enqueued - progress.Finished;
    }

    private async Task<int> RunningAsync(List<TaskId> requested, CancellationToken cancellationToken)
    {
        var running = 0;
        foreach (var id in requested)
        {
            if ((await tasks.LookupAsync(id, cancellationToken).ConfigureAwait(false)).Place is not (TaskPlace.Finished or TaskPlace.Unknown))
                running++;
        }

        return running;
    }
}
