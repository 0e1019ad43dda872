using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using QCluster.BackgroundTasks;

namespace QCluster.ToolFunctions;

/// <summary>
/// What <c>qcluster torture</c> runs. Each writes into a journal when it begins and when it ends, one line in one write, so that
/// what has happened is known however its process ends.
/// </summary>
public static class TortureFunctions
{
    private static readonly ConcurrentDictionary<string, FileStream> Journals = new(StringComparer.Ordinal);

    [TaskFunction("torture.mark")]
    public static string Mark(string folder, string label, TaskContext context)
    {
        Write(folder, 'B', label, context);
        Write(folder, 'E', label, context);
        return label;
    }

    [TaskFunction("torture.sleep")]
    public static async Task<string> Sleep(string folder, string label, double seconds, TaskContext context)
    {
        Write(folder, 'B', label, context);
        await Task.Delay(TimeSpan.FromSeconds(seconds), context.CancellationToken);
        Write(folder, 'E', label, context);
        return label;
    }

    /// <summary>Stops for nobody.</summary>
    [TaskFunction("torture.hang")]
    public static void Hang(string folder, string label, TaskContext context)
    {
        Write(folder, 'B', label, context);
        Thread.Sleep(Timeout.Infinite);
    }

    [TaskFunction("torture.fail")]
    public static void Fail(string folder, string label, TaskContext context)
    {
        Write(folder, 'B', label, context);
        throw new InvalidOperationException(label);
    }

    /// <summary>Its callers do not know of its limit.</summary>
    [TaskFunction("torture.paced", RateLimit = "80/s")]
    public static string Paced(string folder, string label, TaskContext context) => Mark(folder, label, context);

    /// <summary>Fails at its first attempts.</summary>
    [TaskFunction("torture.flaky")]
    public static string Flaky(string folder, string label, int failures, TaskContext context)
    {
        Write(folder, 'B', label, context);
        if (context.Attempt <= failures)
            throw new InvalidOperationException(label);
        Write(folder, 'E', label, context);
        return label;
    }

    /// <summary>Waits for another task, which there is once however often this one is begun.</summary>
    [TaskFunction("torture.await")]
    public static async Task<string> Await(string folder, string label, IQClusterClient client, TaskContext context)
    {
        Write(folder, 'B', label, context);
        var once = new TaskOptions { UniqueKey = label, UniqueWindow = TimeSpan.FromMinutes(30), Cached = TimeSpan.FromHours(1) };
        var inner = await client.Apply<string>(new TaskCall("torture.mark", folder, label + "/inner"), once);
        Write(folder, 'E', label, context);
        return inner;
    }

    /// <summary>A slot of a schedule.</summary>
    [TaskFunction("torture.slot")]
    public static void Slot(string folder, TaskContext context) =>
        Write(folder, 'B', string.Create(CultureInfo.InvariantCulture, $"{context.Schedule}:{context.ScheduledFor!.Value.ToUnixTimeSeconds()}"), context);

    [TaskFunction("torture.hook")]
    public static void Hook(TaskRecord task, string folder, string label, TaskContext context) =>
        Write(folder, 'B', $"{label}:{task.State}", context);

    private static void Write(string folder, char what, string label, TaskContext context)
    {
        var journal = Journals.GetOrAdd(folder, static path => new FileStream(
            Path.Combine(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what} {label} {context.Attempt} {Stopwatch.GetTimestamp()} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n"));
        lock (journal)
            journal.Write(line);
    }
}
