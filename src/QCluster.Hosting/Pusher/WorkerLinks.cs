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

    /// <summary>A worker has said what it holds: it counts from nothing, and takes no tasks until it is synchronised.</summary>
    public WorkerLink Attach(FrameConnection connection, string incarnation, WorkerRoom room)
    {
        var link = connection.Tag as WorkerLink ?? new WorkerLink(connection, incarnation);
        lock (_lock)
        {
            if (connection.Tag is null)
            {
                connection.Tag = link;
                _links.Add(link);
            }

            link.Room = room;
            link.Sent = 0;
            link.Registrations = null;
            link.Suspended = _suspended.Contains(incarnation);
        }

        return link;
    }

    /// <summary>It takes tasks from here on.</summary>
    public void Synchronise(WorkerLink link, string?[] registrations)
    {
        lock (_lock)
            link.Registrations = registrations;
    }

    /// <summary>It takes no tasks until it is synchronised again.</summary>
    public void Desynchronise(WorkerLink link)
    {
        lock (_lock)
            link.Registrations = null;
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
            foreach (var link in _links.Where(l => l.TakesTasks).OrderByDescending(l => l.Free(PriorityClass.Low)))
            {
                if (link.FreeByClass() is not { } free)
                    continue;
                requests.Add(new ClaimRequest(link.Incarnation, link.Registrations![queue]!, free));
                links.Add(link);
            }
        }

        return (requests, links);
    }
}
