using QCluster.Execution.Records;
using QCluster.Model;

namespace QCluster.IntegrationTests.Results;

/// <summary>Makes finished tasks to save.</summary>
internal static class SavedTasks
{
    public static SavedTask Finished(DateTimeOffset stopped, TaskState state = TaskState.Succeeded, string func = "f", string? group = null, string? name = null, string queue = "default") => new()
    {
        Id = TaskId.New(queue, TimeProvider.System),
        State = state,
        Func = func,
        Group = group,
        Name = name,
        Cluster = "c1",
        Started = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Stopped = stopped,
        Record = [1, 2, 3],
    };
}
