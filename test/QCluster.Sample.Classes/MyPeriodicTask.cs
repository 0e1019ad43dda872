using Microsoft.Extensions.Logging;
using QCluster.TaskClasses;

namespace QCluster.Sample.Classes;

/// <summary>Runs each second as long as a cluster with this app runs.</summary>
public sealed class MyPeriodicTask : PeriodicTask<MyPeriodicTask>
{
    public override string Name => "my_periodic_task";

    public override Recurrence RunEvery => TimeSpan.FromSeconds(1);

    public DateTimeOffset? Run()
    {
        GetLogger().LogInformation("Running MyPeriodicTask");
        return Context.ScheduledFor;
    }
}
