using System.Globalization;
using QCluster.BackgroundTasks;

namespace QCluster.Demo;

/// <summary>Background tasks, and tasks that wait for others.</summary>
public static partial class BackgroundFunctions
{
    [BackgroundTask("demo.low", Priority = TaskPriority.Low)]
    public static Task Low(string path, int ms) => Mark(path, "low", ms);

    [BackgroundTask("demo.critical", Priority = TaskPriority.Critical, Callback = "demo.mark")]
    public static async Task<string> Critical(string path, int ms)
    {
        await Mark(path, "critical", ms);
        return path;
    }

    /// <summary>Says which process it ran in.</summary>
    [BackgroundTask("demo.process", Type = BackgroundTaskType.Process)]
    public static async Task<int> OwnProcess(int ms)
    {
        await Task.Delay(ms);
        return Environment.ProcessId;
    }

    [TaskFunction("demo.mark")]
    public static Task Called(string path) => DemoFunctions.Append(path, "called back");

    /// <summary>Waits for as many tasks as it is deep, each of which waits for the next.</summary>
    [TaskFunction("demo.nest")]
    public static async Task<int> Nest(int depth, bool isolated, IQClusterClient client, CancellationToken cancellationToken) =>
        depth == 0 ? 0 : 1 + await client.Apply<int>(new TaskCall("demo.nest", depth - 1, isolated), new TaskOptions { Isolated = isolated }, cancellationToken);

    /// <summary>Takes that much memory and keeps it for a while.</summary>
    [TaskFunction("demo.hoard")]
    public static async Task<int> Hoard(int mb, double s, CancellationToken cancellationToken)
    {
        var blocks = Enumerable.Range(0, mb).Select(_ => GC.AllocateUninitializedArray<byte>(1 << 20)).ToArray();
        foreach (var block in blocks)
            block.AsSpan().Fill(1);
        await Task.Delay(TimeSpan.FromSeconds(s), cancellationToken);
        return blocks.Sum(b => b[0]);
    }

    private static async Task Mark(string path, string what, int ms)
    {
        await DemoFunctions.Append(path, string.Create(CultureInfo.InvariantCulture, $"{what} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}"));
        await Task.Delay(ms);
    }
}
