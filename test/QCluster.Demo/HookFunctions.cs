using System.Globalization;
using System.Text.Json;

namespace QCluster.Demo;

/// <summary>Functions that are told how a task ended.</summary>
public static class HookFunctions
{
    /// <summary>Prints the result on the cluster's stdout.</summary>
    [TaskFunction("hooks.print_result")]
    public static void PrintResult(TaskRecord task) => Console.WriteLine(JsonSerializer.Serialize(task.Result));

    /// <summary>Adds a line to a file: id, state and result.</summary>
    [TaskFunction("hooks.append")]
    public static Task Append(TaskRecord task, string path) =>
        DemoFunctions.Append(path, string.Create(CultureInfo.InvariantCulture, $"{task.Id} {task.State} {JsonSerializer.Serialize(task.Success == true ? task.Result : task.Error?.Reason.ToString())}"));
}
