using QCluster.Execution.Functions;
using QCluster.Execution.Retries;
using QCluster.Wire.Packets;

namespace QCluster.Execution.Attempts;

/// <summary>An attempt right before the call of its function.</summary>
/// <param name="Packet">The task.</param>
/// <param name="Function">Its function.</param>
/// <param name="Hooked">The record of the task whose hook it is; null for other tasks.</param>
/// <param name="Timeout">The time after which its token is cancelled. Null: no limit.</param>
/// <param name="TimeLimit">The time after which its process is killed. Null: no limit, or a host that kills no process.</param>
/// <param name="Retries">The settings of its retries.</param>
internal readonly record struct AttemptStart(TaskPacket Packet, TaskFunction Function, TaskRecord? Hooked, TimeSpan? Timeout, TimeSpan? TimeLimit, RetrySettings Retries)
{
    /// <summary>Decides whether and when the task is retried after a failure.</summary>
    public RetryPolicy RetryPolicy => new(Packet, Function.Defaults, Retries);
}
