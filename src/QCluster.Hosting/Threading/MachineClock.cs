namespace QCluster.Hosting.Threading;

/// <summary>
/// The clock that all processes of a machine share, in milliseconds: slot tables, deadlines, grace, silence and pauses are measured with
/// it.
/// </summary>
internal static class MachineClock
{
    /// <summary>Gets the milliseconds since some moment in the past. They do not jump with the time of day.</summary>
    public static long Ticks(this TimeProvider time)
    {
        // The tick count is read several times for each task, and takes a few nanoseconds; a timestamp takes tens. Any other clock is one
        // of a test.
        return ReferenceEquals(time, TimeProvider.System)
            ? Environment.TickCount64
            : time.GetTimestamp() / (time.TimestampFrequency / 1000);
    }
}
