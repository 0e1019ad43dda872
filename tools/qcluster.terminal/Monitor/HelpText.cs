using QCluster.Terminal.Monitor.Details;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Terminal.Monitor;

/// <summary>What the keys do and what the columns say.</summary>
internal static class HelpText
{
    private static readonly (string What, string Meaning)[] Keys =
    [
        ("Tab, Shift+Tab, 1-4", "go to another list"),
        ("arrows, j k", "move in the list; PgUp and PgDn by ten, Home and End to its ends"),
        ("Enter", "details of the selected cluster, queue or task; Esc goes back"),
        ("c", "cancel the selected task: its token, then, after the grace period, kill its process"),
        ("r", "retry the selected failure: the same call under a new id"),
        ("p", "pause or resume the selected queue"),
        ("/", "show only rows that contain a text; Esc shows all again"),
        ("Ctrl+L", "redraw the screen"),
        ("? or h", "this help"),
        ("q, Ctrl+C", "quit"),
    ];

    private static readonly (string What, string Meaning)[] Columns =
    [
        ("Pool", "running tasks, of the slots of the running workers; yellow: a worker is missing"),
        ("Ready, Res", "claimed tasks that have not begun; outcomes that Redis has not confirmed"),
        ("Rst", "processes replaced after a sudden death"),
        ("c/h/n/l", "waiting tasks of critical, high, normal and low priority"),
        ("Oldest", "age of the oldest waiting task"),
        ("In, Out", "tasks per second enqueued and finished, now and over the last half hour, ten seconds per column"),
        ("Left", "time left until the task's time-out"),
        ("dead", "dead-lettered tasks: 'qcluster dead'"),
    ];

    public static DetailView Create()
    {
        var keys = Show.Table("key", "does");
        keys.Columns[0].Width(20);
        foreach (var (key, does) in Keys)
            keys.Add(key, does);
        var columns = Show.Table("column", "shows");
        columns.Columns[0].Width(20);
        foreach (var (column, says) in Columns)
            columns.Add(column, says);
        return new DetailView("Help", null, new Rows(keys, new Text(""), columns));
    }
}
