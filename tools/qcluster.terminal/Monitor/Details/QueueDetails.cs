using System.Globalization;
using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Output;
using QCluster.Terminal.Screen;
using Spectre.Console;

namespace QCluster.Terminal.Monitor.Details;

/// <summary>A queue: how much is where, what was counted, its rates over half an hour, and the tasks that are next.</summary>
internal static class QueueDetails
{
    private const int RateWidth = 60;

    public static DetailView Of(QueueView queue, IReadOnlyList<TaskInfo> tasks)
    {
        var sizes = queue.Sizes;
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        void Add(string name, string? value, string? style = null)
        {
            if (!string.IsNullOrEmpty(value))
                facts.AddRow(new Text(name, Style.Parse("grey")), new Text(Safe.Line(value), style is null ? Style.Plain : Style.Parse(style)));
        }

        if (sizes.Problem is { } problem)
            Add("problem", problem, "red");
        Add("state", sizes.PausedSince is { } paused ? $"paused since {Show.Local(paused)}" : "open", sizes.PausedSince is null ? "green" : "yellow");
        Add("waiting", $"{sizes.Waiting}; by priority 9 to 0: {string.Join(' ', sizes.WaitingByPriority.Reverse())}; held back by limits {sizes.Limited}");
        Add("oldest", sizes.OldestWaiting is { } oldest ? Show.Duration(oldest) : "-");
        Add("delayed", $"{sizes.Delayed}");
        Add("running", $"{sizes.Running}");
        Add("ended", $"{sizes.Succeeded} succeeded, {sizes.Failed} failed, {sizes.Cancelled} cancelled");
        Add("besides", $"{sizes.Retried} attempts retried, {sizes.Recovered} recovered from dead workers, {sizes.Dead} dead-lettered, {sizes.Refused} packets refused");
        Add("in", $"{Glyphs.Sparkline(queue.In, RateWidth)} {Show.Rate(queue.InRate)}", "aqua");
        Add("out", $"{Glyphs.Sparkline(queue.Out, RateWidth)} {Show.Rate(queue.OutRate)}", "green");

        var next = Show.Table("state", ">priority", "enqueued", "function", "id");
        foreach (var (column, width) in next.Columns.Zip([7, 8, 8]))
            column.Width(width);
        foreach (var task in tasks)
            next.Add(task.Status.ToString().ToLowerInvariant(), $"{task.Priority}", task.TimeQueued.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture), Fit.Line(Safe.Line(task.Task), 24), task.Id.Split('@')[0]);
        return new DetailView($"Queue {sizes.Queue}", null, new Rows(facts, new Text(""), tasks.Count == 0 ? new Text("No task waits or runs.") : next));
    }
}
