using QCluster.Hosting.Channels;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Hosting.Pusher;

/// <summary>Tasks of one queue for which there is room at the same time, so that one wait for any of them does.</summary>
/// <param name="queue">The number of the queue.</param>
/// <param name="classes">Their classes; none for the isolated ones.</param>
/// <param name="tokens">The keys of the tokens that say that such tasks wait.</param>
internal sealed class WakeGroup(byte queue, IReadOnlyList<PriorityClass> classes, IReadOnlyList<string> tokens)
{
    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>It was not found empty at the last look.</summary>
    public bool MayHaveTasks { get; set; } = true;

    public bool IsWatched { get; set; }

    public bool IsIsolated => classes.Count == 0;

    public bool HasRoom(WorkerLink link) =>
        link.TakesTasks(queue) && link.Room.IsIsolated == IsIsolated && link.Free(IsIsolated ? PriorityClass.Low : classes[^1]) > 0;

    /// <summary>How long it is waited for in one go, before somebody looks all the same. Most tasks are normal, and the others are few.</summary>
    public TimeSpan LongestWatch { get; } = TimeSpan.FromSeconds(classes.Contains(PriorityClass.Normal) ? 1.5 : 8);

    public long Waiting(ClaimReply reply) => IsIsolated ? reply.Isolated : classes.Sum(c => reply.Waiting[(int)c]);

    /// <summary>The groups that a cluster with such workers needs.</summary>
    public static IReadOnlyList<WakeGroup> For(WorkerRoom room, byte queue, RedisKeys keys)
    {
        const string letters = "lnhc";
        var groups = new List<WakeGroup>();
        var classes = new List<PriorityClass>();
        for (var priority = PriorityClass.Low; priority <= PriorityClass.Critical; priority++)
        {
            classes.Add(priority);
            if (priority < PriorityClass.Critical && !room.HasReserveAbove(priority))
                continue;
            groups.Add(new WakeGroup(queue, [.. classes], [.. classes.Select(c => keys.WakeToken(letters[(int)c]))]));
            classes.Clear();
        }

        groups.Add(new WakeGroup(queue, [], [keys.WakeToken('i')]));
        return groups;
    }
}
