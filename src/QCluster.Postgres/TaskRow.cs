using QCluster.Execution.Records;
using QCluster.Model;

namespace QCluster.Postgres;

/// <summary>A row as Dapper reads it.</summary>
internal sealed class TaskRow
{
    public Guid Id { get; set; }

    public string Queue { get; set; } = "";

    public short State { get; set; }

    public string? Name { get; set; }

    public string? Func { get; set; }

    public string? GroupName { get; set; }

    public string Cluster { get; set; } = "";

    public DateTime? Started { get; set; }

    public DateTime Stopped { get; set; }

    public byte[] Record { get; set; } = [];

    public SavedTask ToTask() => new()
    {
        Id = new TaskId(Id, Queue),
        State = (TaskState)State,
        Name = Name,
        Func = Func,
        Group = GroupName,
        Cluster = Cluster,
        Started = Started is { } started ? new DateTimeOffset(started) : null,
        Stopped = new DateTimeOffset(Stopped),
        Record = Record,
    };
}
