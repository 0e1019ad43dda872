using QCluster.Client.Monitoring;
using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Output;
using QCluster.Terminal.Screen;

namespace QCluster.Terminal.Monitor.Panes;

/// <summary>The four lists, what stands in them, and which of them has the keys.</summary>
internal sealed class PaneSet
{
    private readonly IPane[] _all;
    private int _focus;
    private Snapshot _snapshot = Snapshot.Empty;

    public PaneSet()
    {
        Clusters = ClusterPane();
        Queues = QueuePane();
        Running = RunningPane();
        Failures = FailurePane();
        _all = [Clusters, Queues, Running, Failures];
    }

    public ListPane<ClusterDescription> Clusters { get; }

    public ListPane<QueueView> Queues { get; }

    public ListPane<RunningView> Running { get; }

    public ListPane<TaskRecord> Failures { get; }

    public IReadOnlyList<IPane> All => _all;

    public IPane Focused => _all[_focus];

    public void Focus(int index) => _focus = (index + _all.Length) % _all.Length;

    public void MoveFocus(int by) => Focus(_focus + by);

    public void Update(Snapshot snapshot, string filter)
    {
        _snapshot = snapshot;
        foreach (var pane in _all)
            pane.Update(snapshot, filter);
    }

    private static ListPane<ClusterDescription> ClusterPane() => new(
        "Clusters",
        "No cluster is running. Start one with 'qcluster start'.",
        s => s.Clusters,
        c => c.Cluster,
        c => $"{c.Host} {c.Cluster} {c.Label} {c.State} {string.Join(' ', c.Queues)}",
        new("Host", 10, c => c.Host, grows: true),
        new("Id", 8, c => c.Cluster.Length > 8 ? c.Cluster[..8] : c.Cluster),
        new("State", 8, c => c.State, style: c => c.State switch { "working" or "idle" or "consumer" => "green", "starting" => "aqua", _ => "yellow" }),
        new(">Pool", 8, c => $"{c.Busy}/{Workers(c) * c.Concurrency}", style: c => Workers(c) < c.Workers ? "yellow" : null),
        new(">Ready", 5, c => Show.Count(c.Ready), style: c => c.Ready > 0 ? "aqua" : null),
        new(">Res", 4, c => Show.Count(c.Results)),
        new(">Rst", 4, c => Show.Count(c.Restarts), style: c => c.Restarts > 0 ? "yellow" : null),
        new(">CPU", 5, c => $"{c.CpuPercent:0}%"),
        new(">Memory", 8, c => Show.Bytes(c.ResidentBytes)),
        new(">Up", 7, c => Show.Duration(c.At - c.Started)),
        new("Label", 12, c => c.Label ?? "", from: 90),
        new("Queues", 14, c => string.Join(",", c.Queues), from: 110, grows: true));

    private static ListPane<QueueView> QueuePane() => new(
        "Queues",
        "No task has been enqueued yet.",
        s => s.Queues,
        q => q.Sizes.Queue,
        q => q.Sizes.Queue,
        new("Queue", 12, q => q.Sizes.Problem is not null ? "✗ " + q.Sizes.Queue : q.Sizes.PausedSince is null ? q.Sizes.Queue : "‖ " + q.Sizes.Queue, grows: true, style: q => q.Sizes.Problem is not null ? "red" : q.Sizes.PausedSince is null ? null : "yellow"),
        new(">Waiting", 7, q => Show.Count(q.Sizes.Waiting), style: q => q.Sizes.Waiting > 0 ? "aqua" : null),
        new("c/h/n/l", 11, q => string.Join('/', ByClass(q.Sizes).Select(Show.Count))),
        new(">Delayed", 7, q => Show.Count(q.Sizes.Delayed)),
        new(">Oldest", 6, q => q.Sizes.OldestWaiting is { } oldest ? Show.Duration(oldest) : "-", style: q => q.Sizes.OldestWaiting > TimeSpan.FromMinutes(1) ? "yellow" : null),
        new(">In", 7, q => Show.Rate(q.InRate)),
        new("", 5, (q, width) => Glyphs.Sparkline(q.In, width), Grows: true, Style: _ => "aqua"),
        new(">Out", 7, q => Show.Rate(q.OutRate)),
        new("", 5, (q, width) => Glyphs.Sparkline(q.Out, width), Grows: true, Style: _ => "green"));

    private ListPane<RunningView> RunningPane() => new(
        "Running",
        "No task is running.",
        s => s.Running,
        r => r.Task.Id,
        r => $"{r.Task.Func} {r.Task.Id} {r.Worker} {r.Cluster.Host} {r.Task.Message}",
        new("Function", 18, r => r.Task.Func ?? "", grows: true),
        new(">Age", 7, r => Show.Duration(r.Age(_snapshot.At))),
        new(">Left", 7, r => r.Left(_snapshot.At) is { } left ? Show.Duration(left) : "-", style: r => r.Left(_snapshot.At) < TimeSpan.FromSeconds(5) ? "red" : null),
        new("Worker", 12, r => r.Worker),
        new("Progress", 13, (r, width) => r.Task.Progress is { } done ? Glyphs.Bar(done, width) : "", Grows: true, Style: _ => "green"),
        new("Id", 10, (r, width) => Tail(r.Task.Id, width), Grows: true),
        new("Message", 20, r => r.Task.Message ?? "", from: 95, grows: true));

    private static ListPane<TaskRecord> FailurePane() => new(
        "Latest failures",
        "No task has failed.",
        s => s.Failures,
        f => f.Id,
        f => $"{f.Func} {f.Id} {f.Name} {f.Error?.Message} {f.Error?.Reason}",
        new("At", 8, f => f.Stopped?.ToLocalTime().ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) ?? "-"),
        new("Function", 18, f => f.Func ?? ""),
        new(">Att", 3, f => $"{f.Attempt}"),
        new("Reason", 10, f => f.Error?.Reason.ToString() ?? "", style: _ => "red"),
        new("Error", 24, f => f.Error?.Message ?? "", grows: true),
        new("Id", 36, f => f.Id, from: 120));

    /// <summary>Ids of one time begin alike.</summary>
    private static string Tail(string id, int width) => id.Length <= width ? id : "…" + id[^(width - 1)..];

    private static int Workers(ClusterDescription c) => c.Processes.Count(p => p.Role == "worker" && p.Ordinal < c.Workers && p.State == "running");

    /// <summary>Waiting tasks that are critical, high, normal, low.</summary>
    private static long[] ByClass(QueueSizes sizes)
    {
        var by = sizes.WaitingByPriority;
        return [by[9], by[6] + by[7] + by[8], by[3] + by[4] + by[5], by[0] + by[1] + by[2]];
    }
}
