using System.Globalization;

namespace QCluster.Demo;

/// <summary>Executors of background workers: each appends to a file, and says when it is enough.</summary>
public static class WorkerFunctions
{
    [TaskFunction("demo.run_until")]
    public static async Task<bool> RunUntil(string path, int most, int ms)
    {
        var began = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Task.Delay(ms);
        var ended = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await DemoFunctions.Append(path, string.Create(CultureInfo.InvariantCulture, $"{began} {ended}"));
        return (await File.ReadAllLinesAsync(path)).Length < most;
    }

    [TaskFunction("demo.take_item")]
    public static async Task<bool> TakeItem(string item, string path)
    {
        if (item == "fail")
            throw new InvalidOperationException("cannot take it");
        await DemoFunctions.Append(path, item);
        return item != "stop";
    }
}
