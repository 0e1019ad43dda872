using QCluster.Client.Schedules;
using QCluster.Queue.Schedules;

namespace QCluster.TaskClasses;

/// <summary>
/// Keeps one schedule for each periodic task class under a cluster name, for all queues of the clusters that have it: in the queue of its routing
/// key, or in the one that <c>periodic_home.lua</c> has for it. That is the first queue of the first cluster, as long as a live cluster serves it and has the class.
/// </summary>
internal sealed class PeriodicSchedules(ScheduleClient schedules, IReadOnlyList<string> served)
{
    private readonly ScheduleScripts _store = schedules.Store;

    /// <param name="tasks">The classes of an app.</param>
    /// <param name="refused">Called for each class that cannot be scheduled; the others are not affected.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task KeepAsync(IReadOnlyList<PeriodicTask> tasks, Action<PeriodicTask, string> refused, CancellationToken cancellationToken)
    {
        var before = await _store.HomesAsync(tasks.Select(t => (t.Name, "", "")), cancellationToken).ConfigureAwait(false);
        var wanted = await WantedAsync(tasks, before, cancellationToken).ConfigureAwait(false);
        var homes = await _store.HomesAsync(tasks.Select((t, i) => (t.Name, wanted[i], before[i])), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < tasks.Count; i++)
        {
            try
            {
                await PlaceAsync(tasks[i], homes[i], homes[i] != before[i], cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ArgumentException or SerializationException)
            {
                refused(tasks[i], e.Message);
            }
        }
    }

    /// <summary>The new queues of classes that have none yet, or one where no cluster can run them; empty for the others.</summary>
    private async Task<string[]> WantedAsync(IReadOnlyList<PeriodicTask> tasks, IReadOnlyList<string> homes, CancellationToken cancellationToken)
    {
        var wanted = tasks.Select((task, i) =>
            task.RoutingKey is { } key ? (key == homes[i] ? "" : key)
            : homes[i].Length == 0 ? served[0]
            : "").ToArray();
        var elsewhere = Enumerable.Range(0, tasks.Count).Where(i => tasks[i].RoutingKey is null && homes[i].Length > 0 && !served.Contains(homes[i], StringComparer.Ordinal));
        foreach (var queue in elsewhere.GroupBy(i => homes[i], StringComparer.Ordinal))
        {
            var alive = await _store.ServedAsync(queue.Key, queue.Select(i => tasks[i].Name), cancellationToken).ConfigureAwait(false);
            foreach (var (i, isAlive) in queue.Zip(alive))
            {
                if (!isAlive)
                    wanted[i] = served[0];
            }
        }

        return wanted;
    }

    private async Task PlaceAsync(PeriodicTask task, string home, bool isNew, CancellationToken cancellationToken)
    {
        var isThere = !isNew && (await _store.LookAsync(home, [task.Name], cancellationToken).ConfigureAwait(false)).Found.Count > 0;
        // Where it has always been, another can only be left in a queue that this very cluster fires.
        var others = isThere ? served : [.. served.Concat(await _store.QueuesAsync(cancellationToken).ConfigureAwait(false)).Distinct(StringComparer.Ordinal)];
        StoredSchedule? former = null;
        foreach (var queue in others.Where(queue => queue != home))
            former = await TakeAsync(task.Name, queue, cancellationToken).ConfigureAwait(false) ?? former;
        await schedules.AddPeriodicAsync(task.ToSchedule(), home, former, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the schedule of a class from a queue, and returns its state there; null if there is none.</summary>
    private async Task<StoredSchedule?> TakeAsync(string name, string queue, CancellationToken cancellationToken)
    {
        StoredSchedule? taken = null;
        while ((await _store.LookAsync(queue, [name], cancellationToken).ConfigureAwait(false)).Found is [var stored])
        {
            // One that was added by a call, or is not ours to read, stays.
            if (schedules.DefinitionOf(stored, queue) is not { IsPeriodicTask: true })
                return null;
            taken = stored;
            if (await _store.DropAsync(queue, stored, cancellationToken).ConfigureAwait(false))
                break;
        }

        return taken;
    }
}
