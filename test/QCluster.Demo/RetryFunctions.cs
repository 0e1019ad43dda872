using System.Globalization;

namespace QCluster.Demo;

/// <summary>Tasks that fail at first, that ask to be tried again, and that are kept to a pace.</summary>
public static class RetryFunctions
{
    /// <summary>Fails at its first attempts; returns the number of the one that succeeds.</summary>
    [TaskFunction("demo.flaky")]
    public static int Flaky(int failures, TaskContext context) =>
        context.Attempt > failures ? context.Attempt : throw new IOException($"attempt {context.Attempt} of {failures + 1}");

    /// <summary>Asks to be tried again, so often.</summary>
    [TaskFunction("demo.retry")]
    public static int Retry(int times, double countdown, TaskContext context) =>
        context.Attempt > times ? context.Attempt : throw context.Retry(TimeSpan.FromSeconds(countdown), new IOException("not yet"), times);

    /// <summary>At most 20 of it start in a second, whoever calls it. Returns when, in Unix milliseconds.</summary>
    [TaskFunction("demo.paced", RateLimit = "20/s")]
    public static long Paced() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>The callback of a set: writes how many of its tasks succeeded.</summary>
    [TaskFunction("demo.set_done")]
    public static async Task<string> SetDone(string path, TaskRecord[] tasks)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{tasks.Count(t => t.Success == true)} of {tasks.Length}");
        await DemoFunctions.Append(path, line);
        return line;
    }

    /// <summary>Writes which slot of its schedule it stands for, in Unix seconds.</summary>
    [TaskFunction("demo.slot")]
    public static async Task Slot(string path, TaskContext context) =>
        await DemoFunctions.Append(path, context.ScheduledFor?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "none");
}
