using QCluster.Hosting.Channels;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Hosting.Pusher;

/// <summary>
/// The workers that a pusher is connected to: which of them take tasks, and how many. All of it is changed under one lock.
/// </summary>
internal sealed class WorkerLinks
{
    private readonly Lock _lock = new();
    private readonly List<WorkerLink> _links = [];
    private readonly HashSet<string> _suspended = new(StringComparer.Ordinal);

    public bool Any
    {
        get
        {
            lock (_lock)
                return _links.Count > 0;
        }
    }

    public bool HasRoom(WakeGroup group)
    {
        lock (_lock)
            return _links.Exists(group.HasRoom);
    }

    /// <summary>A worker has said what it holds: it counts from nothing, and takes tasks of no queue until it is synchronised there.</summary>
    /// <param name="connection">Its connection.</param>
    /// <param name="incarnation">The worker.</param>
    /// <param name="room">How many tasks it takes.</param>
    /// <param name="held">For each queue the attempts it holds.</param>
    public WorkerLink Attach(FrameConnection connection, string incarnation, WorkerRoom room, IReadOnlyList<byte[]>[] held)
    {
        var link = connection.Tag as WorkerLink ?? new WorkerLink(connection, incarnation, held.Length);
        lock (_lock)
        {
            if (connection.Tag is null)
            {
                connection.Tag = link;
                _links.Add(link);
            }

            link.Room = room;
            link.Sent = 0;
            Array.Clear(link.Registrations);
            held.CopyTo(link.Held, 0);
            link.Suspended = _suspended.Contains(incarnation);
        }

        return link;
    }

    /// <summary>Begins to synchronise a worker in one queue; false when somebody is at it, who will see what is new.</summary>
    public bool TryBegin(WorkerLink link, byte queue)
    {
        lock (_lock)
        {
            if (link.IsSynchronising[queue])
                return false;
            return link.IsSynchronising[queue] = true;
        }
    }

    /// <summary>What a worker holds of a queue, for a synchronisation that was begun; null ends it.</summary>
    public IReadOnlyList<byte[]>? NextHeld(WorkerLink link, byte queue)
    {
        lock (_lock)
        {
            if (link.Held[queue] is { } held && !link.Connection.IsClosed)
                return held;
            link.IsSynchronising[queue] = false;
            return null;
        }
    }

    /// <summary>Gives a synchronisation up that was begun.</summary>
    public void End(WorkerLink link, byte queue)
    {
        lock (_lock)
            link.IsSynchronising[queue] = false;
    }

    /// <summary>It takes tasks of this queue from here on.</summary>
    /// <param name="link">The worker.</param>
    /// <param name="queue">The number of the queue.</param>
    /// <param name="held">What it was synchronised with.</param>
    /// <param name="registration">That of the new epoch.</param>
    /// <param name="tasks">How many tasks it is about to be sent.</param>
    /// <returns>False when it has said meanwhile that it holds something else: what was found for it is found again.</returns>
    public bool Synchronise(WorkerLink link, byte queue, IReadOnlyList<byte[]> held, string registration, int tasks)
    {
        lock (_lock)
        {
            if (link.Held[queue] != held)
                return false;
            link.Held[queue] = null;
            link.Sent += tasks;
            link.Registrations[queue] = registration;
            return true;
        }
    }

    /// <summary>It takes no tasks of a queue until it is synchronised there again.</summary>
    public void Desynchronise(WorkerLink link, byte queue)
    {
        lock (_lock)
            link.Registrations[queue] = null;
    }

    public void SetLimit(WorkerLink link, long limit)
    {
        lock (_lock)
            link.Limit = limit;
    }

    public void CountSent(WorkerLink link, int tasks)
    {
        lock (_lock)
            link.Sent += tasks;
    }

    /// <summary>The sentinel is about to replace a worker, which may not even be connected yet.</summary>
    public void Suspend(string incarnation)
    {
        lock (_lock)
        {
            _suspended.Add(incarnation);
            foreach (var link in _links.Where(l => l.Incarnation == incarnation))
                link.Suspended = true;
        }
    }

    public void Remove(FrameConnection connection)
    {
        lock (_lock)
            _links.RemoveAll(l => l.Connection == connection);
    }

    /// <summary>The workers to claim for, the one with the most free slots first, and what each of them takes.</summary>
    public (List<ClaimRequest> Requests, List<WorkerLink> Links) Requests(byte queue)
    {
        var requests = new List<ClaimRequest>();
        var links = new List<WorkerLink>();
        lock (_lock)
        {
            foreach (var link in _links.Where(l => l.TakesTasks(queue)).OrderByDescending(l => l.Free(PriorityClass.Low)))
            {
                if (link.FreeByClass() is not { } free)
                    continue;
                requests.Add(new ClaimRequest(link.Incarnation, link.Registrations[queue]!, free));
                links.Add(link);
            }
        }

        return (requests, links);
    }
}
