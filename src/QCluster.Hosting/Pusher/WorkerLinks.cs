using QCluster.Hosting.Channels;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;

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

    /// <summary>It takes tasks of this queue from here on, and is handed those that it should hold and does not.</summary>
    /// <param name="link">The worker.</param>
    /// <param name="queue">The number of the queue.</param>
    /// <param name="held">What it was synchronised with.</param>
    /// <param name="registration">That of the new epoch.</param>
    /// <param name="tasks">The tasks for it.</param>
    /// <returns>False when that is no longer what it holds: what was found for it is found again.</returns>
    public bool Synchronise(WorkerLink link, byte queue, IReadOnlyList<byte[]> held, string registration, byte[] tasks)
    {
        lock (_lock)
        {
            if (link.Held[queue] != held)
                return false;
            link.Held[queue] = null;
            link.Registrations[queue] = registration;
            if (tasks.Length > 0)
                Send_LockHeld(link, queue, tasks);
        }

        link.Connection.Flush();
        return true;
    }

    /// <summary>Hands over what was claimed. Not to a worker that has been asked meanwhile what it holds: it is found for it again.</summary>
    /// <returns>False when it was claimed under a registration that is no longer the present one.</returns>
    public bool TryHandOver(WorkerLink link, byte queue, string registration, byte[] tasks)
    {
        lock (_lock)
        {
            if (link.Registrations[queue] != registration)
                return false;
            if (tasks.Length > 0)
                Send_LockHeld(link, queue, tasks);
        }

        link.Connection.Flush();
        return true;
    }

    /// <summary>Whether a claim was made under the present registration.</summary>
    public bool IsPresent(WorkerLink link, byte queue, string registration)
    {
        lock (_lock)
            return link.Registrations[queue] == registration;
    }

    /// <summary>
    /// Counted when it is put in line: the worker's next credit counts it too. Under the lock, so that nothing comes between the question what the
    /// worker holds and its answer; the socket is written to without it, since a worker may not read.
    /// </summary>
    private static void Send_LockHeld(WorkerLink link, byte queue, byte[] tasks)
    {
        link.Sent += TaskBlock.Count(tasks);
        link.Connection.Send(FrameType.Tasks, [queue], tasks, later: true);
    }

    /// <summary>It takes no tasks until it has said what it holds and is synchronised again.</summary>
    public void Desynchronise(WorkerLink link)
    {
        lock (_lock)
            Desynchronise_LockHeld(link);
    }

    /// <summary>The same, and asks it.</summary>
    public void Ask(WorkerLink link)
    {
        lock (_lock)
        {
            Desynchronise_LockHeld(link);
            link.Connection.Send(FrameType.Resync, default, later: true);
        }

        link.Connection.Flush();
    }

    private static void Desynchronise_LockHeld(WorkerLink link)
    {
        Array.Clear(link.Registrations);
        Array.Clear(link.Held);
    }

    public void SetLimit(WorkerLink link, long limit)
    {
        lock (_lock)
            link.Limit = limit;
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
