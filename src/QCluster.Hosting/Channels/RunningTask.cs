namespace QCluster.Hosting.Channels;

/// <param name="Slot">Its slot.</param>
/// <param name="Attempt">Its attempt key.</param>
/// <param name="Queue">The index of its queue among those of the cluster.</param>
/// <param name="StartedTicks">Its start, by the clock that all processes of a machine share.</param>
/// <param name="DeadlineTicks">Its deadline on the same clock; 0 = none.</param>
/// <param name="KillTicks">The time at which its process is killed, on the same clock; 0 = never.</param>
/// <param name="RetryMilliseconds">The retry delay after a kill; below 0: no retry.</param>
/// <param name="Progress">0 to 1, or NaN without a report.</param>
/// <param name="Message">The message of its report, or null.</param>
/// <param name="Func">Its function; the beginning of a long name.</param>
internal sealed record RunningTask(int Slot, byte[] Attempt, int Queue, long StartedTicks, long DeadlineTicks, long KillTicks, long RetryMilliseconds, double Progress, string? Message, string Func);
