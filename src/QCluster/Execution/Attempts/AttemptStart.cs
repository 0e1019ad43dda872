using QCluster.Execution.Functions;
using QCluster.Execution.Retries;
using QCluster.Wire.Packets;

namespace QCluster.Execution.Attempts;

/// <summary>An attempt whose function is about to be called.</summary>
/// <param name="Packet">The task.</param>
/// <param name="Function">Its function.</param>
/// <param name="Hooked">The record of the task whose hook it is; null when it is none.</param>
/// <param name="Timeout">When its token is to be cancelled; null: no limit.</param>
/// <param name="TimeLimit">When its process is to be killed; null: no limit, or this host kills nothing.</param>
/// <param name="Retries">The settings for its retries.</param>
internal readonly record struct AttemptStart(TaskPacket Packet, TaskFunction Function, TaskRecord? Hooked, TimeSpan? Timeout, TimeSpan? TimeLimit, RetrySettings Retries)
{
    /// <summary>Whether and when the task is retried once it has failed.</summary>
    public RetryPolicy RetryPolicy => new(Packet, Function.Defaults, Retries);
}
