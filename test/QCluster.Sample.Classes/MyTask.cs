using Microsoft.Extensions.Logging;
using QCluster.TaskClasses;

namespace QCluster.Sample.Classes;

/// <summary>A simple task just logging a message.</summary>
public sealed class MyTask : ClusterTask<MyTask>
{
    public override string Name => "mytask";

    public int Run(string? some_arg = null)
    {
        GetLogger().LogInformation("Running MyTask with arg some_arg={SomeArg}", some_arg);
        return 42;
    }
}
