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
        ("arrows, j k", "move in it; PgUp and PgDn by ten, Home and End all the way"),
        ("Enter", "everything about the selected cluster, queue or task; Esc goes back"),
        ("c", "cancel the selected task: its token, then after the grace its process"),
        ("r", "retry the selected failure: the same call under a new id"),
        ("p", "pause the selected queue, or let it go on"),
        ("/", "show only rows with a text; Esc shows all again"),
        ("Ctrl+L", "draw everything anew"),
        ("? or h", "this"),
        ("q, Ctrl+C", "leave"),
    ];

    private static readonly (string What, string Meaning)[] Columns =
    [
        ("Pool", "tasks that run, of the slots of the workers that run; yellow: a worker is missing"),
        ("Ready, Res", "tasks in the cluster's hands that have not begun; outcomes that Redis has not confirmed"),
        ("Rst", "processes replaced after a sudden death"),
        ("c/h/n/l", "waiting tasks of critical, high, normal and low priority"),
        ("Oldest", "for how long the oldest waiting task has waited"),
        ("In, Out", "tasks a second that come and that end, now and over the last half an hour, ten seconds a column"),
        ("Left", "how long a task may go on until its time-out"),
        ("dead", "tasks that were given up: 'qcluster dead'"),
    ];

    public static DetailView Create()
    {
        var keys = Show.Table("key", "does");
        keys.Columns[0].Width(20);
        foreach (var (key, does) in Keys)
            keys.Add(key, does);
        var columns = Show.Table("column", "says");
        columns.Columns[0].Width(20);
        foreach (var (column, says) in Columns)
            columns.Add(column, says);
        return new DetailView("Help", null, new Rows(keys, new Text(""), columns));
    }
}
