using System.Globalization;
using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Output;
using QCluster.Terminal.Screen;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Monitor.Details;

/// <summary>A task: its call, where it is, its attempts, its error with the stack, and when what happened.</summary>
internal static class TaskDetails
{
    public static DetailView Of(TaskRecord record, RunningView? running, DateTimeOffset now)
    {
        var parts = new List<IRenderable> { Facts(record, running, now), Heading("Timeline"), Timeline(record, running, now) };
        if (record.Error is { } error)
        {
            parts.Add(Heading("Error"));
            parts.Add(Paragraph($"{error.Reason}{(error.Type is null ? "" : " " + error.Type)}", "red"));
            parts.Add(Paragraph(error.Message, null));
            if (error.Stack is { Length: > 0 } stack)
            {
                parts.Add(Heading("Stack"));
                parts.Add(Paragraph(stack, "grey"));
            }
        }

        return new DetailView($"{record.Func ?? "Task"} {record.Id}", record.Id, new Rows(parts)) { IsFinal = record.Stopped is not null };
    }

    private static Grid Facts(TaskRecord record, RunningView? running, DateTimeOffset now)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        void Add(string name, string? value, string? style = null)
        {
            if (!string.IsNullOrEmpty(value))
                grid.AddRow(new Text(name, Style.Parse("grey")), new Text(Safe.Line(value), style is null ? Style.Plain : Style.Parse(style)));
        }

        Add("state", record.State.ToString(), record.State switch { TaskState.Succeeded => "green", TaskState.Failed => "red", TaskState.Running => "aqua", _ => "yellow" });
        Add("id", record.Id);
        Add("name", record.Name);
        Add("arguments", Arguments(record));
        Add("result", record.State == TaskState.Succeeded ? Json.Text(record.Result) : null);
        Add("attempt", $"{Attempt(record)}");
        Add("group", record.Group);
        Add("hook", record.Hook);
        Add("schedule", record.Schedule);
        Add("waits for", record.IsLimited ? "a rate or concurrency limit" : record.Ahead is { } ahead ? $"{ahead} tasks of its priority before it" : null);
        Add("worker", record.Worker);
        Add("cluster", record.Cluster);
        if (running is not null && record.State == TaskState.Running)
        {
            Add("running for", Show.Duration(running.Age(now)));
            Add("time left", running.Left(now) is { } left ? Show.Duration(left) : null);
            Add("progress", running.Task.Progress is { } done ? Glyphs.Bar(done, 30) : null, "green");
            Add("message", running.Task.Message);
        }

        return grid;
    }

    /// <summary>A record tells the attempt that has ended.</summary>
    private static int Attempt(TaskRecord record) => Math.Max(record.Attempt, record.State is TaskState.Running or TaskState.Queued or TaskState.Delayed ? record.Attempts.Count + 1 : 1);

    private static string Arguments(TaskRecord record) =>
        string.Join(", ", [.. record.Args.Select(Json.Text), .. record.Kwargs.Select(k => $"{k.Key}={Json.Text(k.Value)}")]);

    private static Grid Timeline(TaskRecord record, RunningView? running, DateTimeOffset now)
    {
        var events = new List<(DateTimeOffset At, string What, string Style)> { (record.Queued, "enqueued", "") };
        foreach (var attempt in record.Attempts.Where(a => record.Stopped is null || a.Number != record.Attempt))
        {
            if (attempt.Started is { } began)
                events.Add((began, $"attempt {attempt.Number} began on {attempt.Worker}", "aqua"));
            events.Add((attempt.Stopped, $"attempt {attempt.Number} failed: {attempt.Error?.Reason} {attempt.Error?.Message}", "red"));
        }

        if (record.Due is { } due)
            events.Add((due, due > now ? $"due, in {Show.Duration(due - now)}" : "due", "yellow"));
        if (record.Started is { } started)
            events.Add((started, $"attempt {Attempt(record)} began on {record.Worker}", "aqua"));
        else if (running is not null)
            events.Add((now - running.Age(now), $"attempt {Attempt(record)} began on {running.Worker}", "aqua"));
        if (record.Stopped is { } stopped)
            events.Add((stopped, record.State.ToString().ToLowerInvariant() + (record.TimeTaken() is { } taken ? string.Create(CultureInfo.InvariantCulture, $" after {taken:0.000} s") : ""), record.State == TaskState.Succeeded ? "green" : "red"));

        var grid = new Grid().AddColumn(new GridColumn().Width(23)).AddColumn(new GridColumn().Width(8).RightAligned()).AddColumn();
        var last = record.Queued;
        foreach (var (at, what, style) in events.OrderBy(e => e.At))
        {
            grid.AddRow(new Text(Show.Local(at)), new Text("+" + Show.Duration(at - last), Style.Parse("grey")), new Text(Safe.Line(what), style.Length == 0 ? Style.Plain : Style.Parse(style)));
            last = at;
        }

        return grid;
    }

    private static Rows Heading(string text) => new(new Text(""), new Text(text, Style.Parse("bold green")));

    private static Rows Paragraph(string text, string? style) => new(Safe.Lines(text).Select(line => new Text(line, style is null ? Style.Plain : Style.Parse(style))));
}
