using System.Globalization;
using QCluster.Model;
using QCluster.Queue.Schedules;

namespace QCluster.Client.Schedules;

/// <summary>Shows a stored schedule to users.</summary>
internal static class StoredScheduleExtensions
{
    /// <summary>Converts to the public form, with the definition if it is readable.</summary>
    public static ScheduleInfo ToInfo(this StoredSchedule stored, string queue, Schedule? schedule, bool isPeriodicTask, string? unreadable) => new()
    {
        Name = stored.Name,
        Queue = queue,
        Schedule = schedule,
        IsPeriodicTask = isPeriodicTask,
        Due = TimeOf(stored.DueText),
        Runs = stored.Runs,
        Skipped = stored.Skipped,
        LastSlot = TimeOf(stored.LastText),
        LastTask = stored.LastTask.Length == TaskId.ByteLength ? TaskId.FromBytes(stored.LastTask, queue).ToString() : null,
        IsPaused = stored.IsPaused,
        Problem = unreadable ?? (stored.Rests ? $"It is suspended: no running cluster of the queue '{queue}' has its class. Start one that has it, or remove it with 'qcluster schedule remove {stored.Name} --queue {queue}'." : stored.Problem),
    };

    private static DateTimeOffset? TimeOf(string text) =>
        text.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(text, CultureInfo.InvariantCulture));
}
