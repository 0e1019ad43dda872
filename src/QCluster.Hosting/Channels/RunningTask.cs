namespace QCluster.Hosting.Channels;

/// <param name="Slot">The slot it occupies.</param>
/// <param name="Attempt">Its attempt key.</param>
/// <param name="Queue">Index of its queue among those of the cluster.</param>
/// <param name="StartedTicks">When it began: by the clock that all processes of a machine share.</param>
/// <param name="DeadlineTicks">When it must be over, on the same clock; 0 = never.</param>
/// <param name="KillTicks">When its process is killed if it is not over, on the same clock; 0 = never.</param>
/// <param name="RetryMilliseconds">What becomes of it then: the pause until its next attempt, or below 0 there is none.</param>
/// <param name="Progress">0 to 1, or NaN when it has reported none.</param>
/// <param name="Message">What it said with that, or null.</param>
/// <param name="Func">Its function; of a long name the beginning.</param>
internal sealed record RunningTask(int Slot, byte[] Attempt, int Queue, long StartedTicks, long DeadlineTicks, long KillTicks, long RetryMilliseconds, double Progress, string? Message, string Func);
