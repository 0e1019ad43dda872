using QCluster.Terminal.Output;
using QCluster.Tool.Commands.Tasks;

namespace QCluster.Tool.Commands.Groups;

/// <summary>The records of several tasks, as results on stdout and errors on stderr.</summary>
internal static class Results
{
    public static int Print(string what, IReadOnlyList<TaskRecord>? records, bool json)
    {
        if (records is null)
        {
            Console.Error.WriteLine($"qcluster: the {what} has not finished yet, or is unknown.");
            return ExitCode.Timeout;
        }

        if (json)
        {
            foreach (var record in records)
                Console.WriteLine(Json.Text(FetchCommand.Shape(record)));
        }
        else
        {
            Console.WriteLine(Json.Text(records.Where(r => r.Success == true).Select(r => r.Result)));
        }

        var failed = records.FirstOrDefault(r => r.Success == false);
        if (failed is not null && !json)
            Console.Error.WriteLine($"qcluster: the task {failed.Id} ({failed.Func}) of the {what} did not succeed ({failed.Error?.Reason}): {failed.Error}");
        return failed is null ? ExitCode.Success : ExitCode.Failure;
    }
}
