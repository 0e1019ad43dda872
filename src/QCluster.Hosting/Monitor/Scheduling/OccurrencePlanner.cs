using System.Globalization;
using QCluster.Client.Schedules;
using QCluster.Queue.Schedules;
using QCluster.Wire.Packets;
using QCluster.Client.Enqueueing;

namespace QCluster.Hosting.Monitor.Scheduling;

/// <summary>Decides about a due occurrence, and makes its task.</summary>
internal sealed class OccurrencePlanner(string queue, CatchUp catchUp, TaskComposer composer, PacketFormat format)
{
    /// <summary>
    /// An occurrence that is later than this was missed. A less late one only waited for a new monitor, or for an unavailable Redis.
    /// </summary>
    internal static readonly TimeSpan Missed = TimeSpan.FromSeconds(10);

    /// <exception cref="QClusterException">The definition cannot be read here.</exception>
    /// <exception cref="ArgumentException">This machine does not know its time zone.</exception>
    public OccurrenceDecision Decide(string name, byte[] bytes, DateTimeOffset due, long runs, DateTimeOffset now)
    {
        var definition = ScheduleDefinition.Read(name, queue, bytes, format);
        var calendar = definition.Calendar;
        var policy = definition.CatchUp ?? catchUp;
        var isMissed = now - due > Missed;
        var occurrence = isMissed && policy != CatchUp.All ? calendar.LatestUpTo(now, due) : due;
        var isWanted = policy != CatchUp.None || now - occurrence <= Missed;
        var expires = occurrence + definition.ExpiresAfter;
        var end = definition.IsPeriodicTask ? "over" : "gone";
        var next = calendar.After(occurrence);
        var following = next is { } later ? Text(later) : end;
        return new OccurrenceDecision
        {
            Occurrence = occurrence,
            Next = definition.Repeats is { } repeats && runs + 1 >= repeats ? end : following,
            NextIfSkipped = following,
            Task = isWanted && !(expires < now) ? TaskOf(definition, occurrence, expires) : [],
            SkipsOverlap = definition.Overlap == Overlap.Skip,
            NeedsClass = definition.IsPeriodicTask ? name : null,
            IsBacklog = isMissed && next <= now,
        };
    }

    private byte[] TaskOf(ScheduleDefinition definition, DateTimeOffset occurrence, DateTimeOffset? expires)
    {
        var pattern = TaskPacket.Read(definition.Pattern, queue, format);
        var id = ScheduleDefinition.SlotOf(definition.Name, queue, occurrence);
        return [(byte)pattern.Lane.Letter, .. composer.Recompose(id, pattern, occurrence, expires)];
    }

    private static string Text(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
