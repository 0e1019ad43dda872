using System.Globalization;
using QCluster.Model;

namespace QCluster.Queue.Schedules;

/// <summary>The scripts about schedules.</summary>
internal sealed class ScheduleScripts(IScriptTransport transport)
{
    public static readonly QueueScript List = new("schedule_list", KeySuffix.Schedules) { ReturnsList = true };
    public static readonly QueueScript Put = new("schedule_put", KeySuffix.Schedules) { Announces = true };
    public static readonly QueueScript Change = new("schedule_change", KeySuffix.Schedules);
    public static readonly QueueScript Served = new("served", KeySuffix.Heartbeats) { ReturnsList = true };
    public static readonly QueueScript Homes = new("periodic_home", KeySuffix.PeriodicHomes) { ReturnsList = true };
    public static readonly QueueScript Due = new("schedule_due", KeySuffix.SchedulesDue) { ReturnsList = true, IsJoined = true };
    public static readonly QueueScript Fire = new("schedule_fire", KeySuffix.SchedulesDue);
    public static readonly QueueScript Note = new("schedule_note", KeySuffix.SchedulesDue);

    /// <summary>The due time stays.</summary>
    public const string KeepDue = "keep";

    /// <summary>The schedule is never due again.</summary>
    public const string Over = "over";

    /// <summary>The schedules of these names, or all; and the time by the clock of Redis, which clusters use.</summary>
    public async Task<(DateTimeOffset Now, IReadOnlyList<StoredSchedule> Found)> LookAsync(string queue, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var reply = await transport.RunAsync(new ScriptCall(List, queue, [.. names.Select(ScriptCall.Text)]), cancellationToken).ConfigureAwait(false);
        var items = reply.Items.ToArray();
        var found = new List<StoredSchedule>();
        for (var i = 1; i + StoredSchedule.ItemCount <= items.Length; i += StoredSchedule.ItemCount)
            found.Add(StoredSchedule.Read(items.AsSpan(i, StoredSchedule.ItemCount)));
        return (DateTimeOffset.FromUnixTimeMilliseconds(items[0].Number), found);
    }

    /// <param name="queue">The queue.</param>
    /// <param name="name">The schedule's name.</param>
    /// <param name="definition">The new definition.</param>
    /// <param name="due">The next due time (Unix ms), <see cref="KeepDue"/> or <see cref="Over"/>.</param>
    /// <param name="seen">The definition that was seen; empty = there was none.</param>
    /// <param name="former">Its state in the queue from which it moves, or null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if the schedule has changed since it was seen.</returns>
    public async Task<bool> PutAsync(string queue, string name, byte[] definition, string due, byte[] seen, StoredSchedule? former, CancellationToken cancellationToken)
    {
        IReadOnlyList<byte[]> arguments = [ScriptCall.Text(name), definition, ScriptCall.Text(due), seen, .. StateOf(former).Select(ScriptCall.Text)];
        return (await transport.RunAsync(new ScriptCall(Put, queue, arguments), cancellationToken).ConfigureAwait(false)).Number == 1;
    }

    public Task<bool> RemoveAsync(string queue, string name, CancellationToken cancellationToken) => ChangeAsync(queue, name, "remove", "", "", cancellationToken);

    public Task<bool> PauseAsync(string queue, string name, CancellationToken cancellationToken) => ChangeAsync(queue, name, "pause", "", "", cancellationToken);

    /// <param name="queue">The queue.</param>
    /// <param name="name">The schedule's name.</param>
    /// <param name="due">The next due time (Unix ms); empty = never again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<bool> ResumeAsync(string queue, string name, string due, CancellationToken cancellationToken) => ChangeAsync(queue, name, "resume", due, "", cancellationToken);

    /// <summary>Removes a schedule that has not changed since it was seen.</summary>
    public Task<bool> DropAsync(string queue, StoredSchedule seen, CancellationToken cancellationToken) =>
        ChangeAsync(queue, seen.Name, "drop", seen.DueText, seen.Runs.ToString(CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>Tells for each function whether a live cluster of the queue may run it.</summary>
    public async Task<IReadOnlyList<bool>> ServedAsync(string queue, IEnumerable<string> functions, CancellationToken cancellationToken)
    {
        var reply = await transport.RunAsync(new ScriptCall(Served, queue, [.. functions.Select(ScriptCall.Text)]), cancellationToken).ConfigureAwait(false);
        return [.. reply.Items.Select(item => item.Number == 1)];
    }

    /// <summary>The queues that have the schedules of periodic task classes; empty = none yet.</summary>
    /// <param name="claims">For each class its name; its new queue, empty = only look; its expected queue.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<string>> HomesAsync(IEnumerable<(string Name, string Wanted, string Expected)> claims, CancellationToken cancellationToken)
    {
        IReadOnlyList<byte[]> arguments = [.. claims.SelectMany(claim => new[] { claim.Name, claim.Wanted, claim.Expected }).Select(ScriptCall.Text)];
        var reply = await transport.RunAsync(new ScriptCall(Homes, TaskId.DefaultQueue, arguments), cancellationToken).ConfigureAwait(false);
        return [.. reply.Items.Select(item => item.Text)];
    }

    public Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken) => transport.QueuesAsync(cancellationToken);

    /// <summary>The due schedules, after skipping the first ones. For monitors.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="skip">Number to skip.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<DueSchedules> DueAsync(string queue, int skip, CancellationToken cancellationToken)
    {
        const int headItems = 2, itemsOfOne = 4;
        var reply = (await transport.RunAsync(new ScriptCall(Due, queue, [ScriptCall.Number(skip)]), cancellationToken).ConfigureAwait(false)).Items;
        var found = new List<DueSchedule>();
        for (var i = headItems; i + itemsOfOne <= reply.Count; i += itemsOfOne)
            found.Add(new DueSchedule(reply[i].Text, reply[i + 1].Text, reply[i + 2].Bytes, reply[i + 3].Number));
        return new DueSchedules(DueSchedule.TimeOf(reply[0].Text), reply[1].Bytes.Length > 0 ? DueSchedule.TimeOf(reply[1].Text) : null, found);
    }

    /// <summary>Fires a schedule for the due time that was seen, or skips that. For monitors.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="name">The schedule's name.</param>
    /// <param name="due">The due time that was seen, as Redis has it.</param>
    /// <param name="decision">The decision about it.</param>
    /// <param name="maxBacklog">The maximum number of missed occurrences that are fired before the first of them has ended.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<FireResult> FireAsync(string queue, string name, string due, OccurrenceDecision decision, int maxBacklog, CancellationToken cancellationToken)
    {
        var call = new ScriptCall(
            Fire,
            queue,
            [
                ScriptCall.Text(name),
                ScriptCall.Text(due),
                ScriptCall.Text(decision.Next),
                decision.Task,
                ScriptCall.Number(decision.Occurrence.ToUnixTimeMilliseconds()),
                ScriptCall.Text(decision.SkipsOverlap ? "skip" : ""),
                ScriptCall.Text(decision.NextIfSkipped),
                ScriptCall.Text(decision.NeedsClass ?? ""),
                decision.IsBacklog ? ScriptCall.Number(maxBacklog) : [],
            ]);
        return (FireResult)(await transport.RunAsync(call, cancellationToken).ConfigureAwait(false)).Number;
    }

    /// <summary>Notes the problem of a schedule; false if it has been fired or changed since that due time was seen. For monitors.</summary>
    public async Task<bool> NoteAsync(string queue, string name, string due, string problem, CancellationToken cancellationToken) =>
        (await transport.RunAsync(new ScriptCall(Note, queue, [ScriptCall.Text(name), ScriptCall.Text(due), ScriptCall.Text(problem)]), cancellationToken).ConfigureAwait(false)).Number == 1;

    private async Task<bool> ChangeAsync(string queue, string name, string verb, string due, string runs, CancellationToken cancellationToken)
    {
        var call = new ScriptCall(Change, queue, [ScriptCall.Text(name), ScriptCall.Text(verb), ScriptCall.Text(due), ScriptCall.Text(runs)]);
        return (await transport.RunAsync(call, cancellationToken).ConfigureAwait(false)).Number == 1;
    }

    private static IEnumerable<string> StateOf(StoredSchedule? former)
    {
        if (former is null)
            return [];
        List<string> fields = ["runs", former.Runs.ToString(CultureInfo.InvariantCulture), "skipped", former.Skipped.ToString(CultureInfo.InvariantCulture)];
        if (former.LastText.Length > 0)
            fields.AddRange(["last", former.LastText]);
        if (former.IsPaused)
            fields.AddRange(["paused", "1"]);
        return fields;
    }
}
