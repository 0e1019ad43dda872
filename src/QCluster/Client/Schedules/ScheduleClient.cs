using System.Globalization;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Schedules;
using QCluster.Wire.Packets;
using QCluster.Client.Enqueueing;

namespace QCluster.Client.Schedules;

/// <inheritdoc cref="ISchedules" />
internal sealed class ScheduleClient(ClientScripts scripts, TaskComposer composer, RecordDecoder decoder, QClusterOptions settings, TimeProvider clock) : ISchedules
{
    private const int MaxTries = 100;

    public ScheduleScripts Store => scripts.Schedules;

    public Task Add(Schedule schedule, bool replace = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return PutAsync(schedule, schedule.Options.Queue ?? settings.Queue, isPeriodicTask: false, replace, null, cancellationToken);
    }

    /// <summary>Adds the schedule of a periodic task class.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="queue">The queue that has its schedule.</param>
    /// <param name="former">Its state in the queue from which it moves, or null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task AddPeriodicAsync(Schedule schedule, string queue, StoredSchedule? former, CancellationToken cancellationToken) =>
        PutAsync(schedule, queue, isPeriodicTask: true, replace: true, former, cancellationToken);

    public async Task<IReadOnlyList<ScheduleInfo>> List(string? queue = null, CancellationToken cancellationToken = default)
    {
        queue = NameRule.QueueOr(queue, settings.Queue);
        var (_, found) = await Store.LookAsync(queue, [], cancellationToken).ConfigureAwait(false);
        return [.. found.Select(stored => Read(stored, queue).Info).OrderBy(info => info.Name, StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<ScheduleInfo>> ListAll(CancellationToken cancellationToken = default)
    {
        var all = new List<ScheduleInfo>();
        foreach (var queue in (await Store.QueuesAsync(cancellationToken).ConfigureAwait(false)).Append(settings.Queue).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            all.AddRange(await List(queue, cancellationToken).ConfigureAwait(false));
        return all;
    }

    public async Task<ScheduleInfo?> Get(string name, string? queue = null, CancellationToken cancellationToken = default) =>
        (await FindAsync(Named(name), NameRule.QueueOr(queue, settings.Queue), cancellationToken).ConfigureAwait(false))?.Info;

    public async Task<string> Run(string name, string? queue = null, CancellationToken cancellationToken = default)
    {
        queue = NameRule.QueueOr(queue, settings.Queue);
        if (await FindAsync(Named(name), queue, cancellationToken).ConfigureAwait(false) is not var (_, info, definition))
            throw new NotRegisteredException(name, $"as a schedule of the queue '{queue}'. 'qcluster schedule list' shows the registered ones.");
        if (definition is null)
            throw new InvalidOperationException($"The schedule '{name}' cannot be run: {info.Problem}");
        var id = TaskId.New(queue, clock);
        var packet = TaskPacket.Read(definition.Pattern, queue, decoder.Format);
        await scripts.Tasks.EnqueueOrThrowAsync(new EnqueueBatch(queue, packet.Lane, [composer.Recompose(id, packet)]), cancellationToken).ConfigureAwait(false);
        return id.ToString();
    }

    public Task<bool> Pause(string name, string? queue = null, CancellationToken cancellationToken = default) => Store.PauseAsync(NameRule.QueueOr(queue, settings.Queue), Named(name), cancellationToken);

    public Task<bool> Remove(string name, string? queue = null, CancellationToken cancellationToken = default) => Store.RemoveAsync(NameRule.QueueOr(queue, settings.Queue), Named(name), cancellationToken);

    public async Task<bool> Resume(string name, string? queue = null, CancellationToken cancellationToken = default)
    {
        queue = NameRule.QueueOr(queue, settings.Queue);
        if (await FindAsync(Named(name), queue, cancellationToken).ConfigureAwait(false) is not var (now, info, definition))
            return false;
        // Without its definition its next due time is unknown here.
        if (definition is null)
            throw new InvalidOperationException($"The schedule '{name}' cannot be resumed from here: {info.Problem}");
        // One that is due once is made up for; the others go on with what comes.
        var due = IsOver(definition, info.Runs) ? null
            : definition.When.Kind == RecurrenceKind.Once ? definition.Start : definition.Calendar.After(now);
        return await Store.ResumeAsync(queue, name, due is { } next ? Text(next) : "", cancellationToken).ConfigureAwait(false);
    }

    private static string Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name;
    }

    /// <summary>The definition that was seen, or null if it cannot be read here.</summary>
    public ScheduleDefinition? DefinitionOf(StoredSchedule stored, string queue) => Read(stored, queue).Definition;

    /// <summary>Adds or replaces a schedule. An unchanged one stays as it is; a changed one keeps its state.</summary>
    private async Task PutAsync(Schedule schedule, string queue, bool isPeriodicTask, bool replace, StoredSchedule? former, CancellationToken cancellationToken)
    {
        var zone = schedule.Validate();
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var (now, found) = await Store.LookAsync(queue, [schedule.Name], cancellationToken).ConfigureAwait(false);
            var seen = found.FirstOrDefault();
            var before = seen is null ? null : DefinitionOf(seen, queue);
            var definition = Define(schedule, queue, zone, isPeriodicTask, now, before);
            var bytes = definition.ToBytes(queue, decoder.Format);
            if (seen is not null && !replace && !bytes.AsSpan().SequenceEqual(seen.Definition))
                throw new InvalidOperationException($"The queue '{queue}' already has a different schedule '{schedule.Name}'. Remove it, or replace it.");
            if (await Store.PutAsync(queue, schedule.Name, bytes, DueOf(definition, before, seen, former, now), seen?.Definition ?? [], seen is null ? former : null, cancellationToken).ConfigureAwait(false))
                return;
        }

        throw new InvalidOperationException($"The schedule '{schedule.Name}' of the queue '{queue}' was changed by other clients {MaxTries} times during this call. Find out which program keeps adding it.");
    }

    private ScheduleDefinition Define(Schedule schedule, string queue, TimeZoneInfo zone, bool isPeriodicTask, DateTimeOffset now, ScheduleDefinition? before)
    {
        var options = schedule.Overlap == Overlap.Queue ? schedule.Options with { ConcurrencyKey = "schedule:" + schedule.Name, ConcurrencyLimit = 1 } : schedule.Options;
        var id = new TaskId(ScheduleDefinition.IdOf(schedule.Name, queue), queue);
        return new ScheduleDefinition
        {
            Name = schedule.Name,
            When = schedule.When,
            TimeZone = schedule.TimeZone,
            Start = StartOf(schedule, zone, now, before),
            IsStartImplied = schedule.Start is null,
            Repeats = schedule.When.Kind == RecurrenceKind.Once ? 1 : schedule.Repeats,
            CatchUp = schedule.CatchUp,
            Overlap = schedule.Overlap,
            ExpiresAfter = schedule.ExpiresAfter,
            IsPeriodicTask = isPeriodicTask,
            Pattern = composer.ComposePattern(id, schedule.Call, options, schedule.Name),
        };
    }

    /// <summary>To the millisecond, as it travels.</summary>
    private static DateTimeOffset StartOf(Schedule schedule, TimeZoneInfo zone, DateTimeOffset now, ScheduleDefinition? before)
    {
        if (schedule.Start is { } given)
            return DateTimeOffset.FromUnixTimeMilliseconds(given.ToUnixTimeMilliseconds());
        // A schedule without a start keeps the one it got when it was first added.
        if (before is { IsStartImplied: true } && before.When.Equals(schedule.When) && before.TimeZone == schedule.TimeZone)
            return before.Start;
        return schedule.When.Kind switch
        {
            RecurrenceKind.Interval => now.AddMilliseconds(schedule.When.Count),
            RecurrenceKind.Cron => new Calendar(schedule.When, now, zone).After(now) ?? now,
            _ => now,
        };
    }

    private static string DueOf(ScheduleDefinition definition, ScheduleDefinition? before, StoredSchedule? seen, StoredSchedule? former, DateTimeOffset now)
    {
        var runs = (seen ?? former)?.Runs ?? 0;
        if (seen is null && former is not null && (former.Rests || former.DueText.Length > 0))
            return former.Rests ? former.RestsText : former.DueText;
        if (seen is not null && before is not null && before.HasTimingOf(definition))
        {
            if (IsOver(definition, runs))
                return ScheduleScripts.Over;
            if (seen.DueText.Length > 0 || seen.IsPaused || seen.Rests)
                return ScheduleScripts.KeepDue;
        }
        else if (definition.When.Kind != RecurrenceKind.Once && IsOver(definition, runs))
        {
            return ScheduleScripts.Over;
        }

        // What is new is due from its start on, though that be past; what is changed, and classes, which all start long ago, with what comes.
        if (definition.When.Kind == RecurrenceKind.Once || (seen is null && !definition.IsPeriodicTask))
            return Text(definition.Start);
        return definition.Calendar.After(now) is { } next ? Text(next) : ScheduleScripts.Over;
    }

    private static bool IsOver(ScheduleDefinition definition, long runs) => definition.Repeats is { } repeats && runs >= repeats;

    private async Task<(DateTimeOffset Now, ScheduleInfo Info, ScheduleDefinition? Definition)?> FindAsync(string name, string queue, CancellationToken cancellationToken)
    {
        var (now, found) = await Store.LookAsync(queue, [name], cancellationToken).ConfigureAwait(false);
        if (found is not [var stored])
            return null;
        var (info, definition) = Read(stored, queue);
        return (now, info, definition);
    }

    private (ScheduleInfo Info, ScheduleDefinition? Definition) Read(StoredSchedule stored, string queue)
    {
        try
        {
            var definition = ScheduleDefinition.Read(stored.Name, queue, stored.Definition, decoder.Format);
            return (stored.ToInfo(queue, ToSchedule(definition, queue), definition.IsPeriodicTask, null), definition);
        }
        catch (Exception e) when (e is WireFormatException or SerializationException)
        {
            return (stored.ToInfo(queue, null, false, e.Message), null);
        }
    }

    private Schedule ToSchedule(ScheduleDefinition definition, string queue)
    {
        var packet = TaskPacket.Read(definition.Pattern, queue, decoder.Format);
        return new Schedule(definition.Name, definition.When, decoder.CallOf(packet))
        {
            Options = TaskOptions.Of(packet) with { Queue = queue },
            Start = definition.Start,
            Repeats = definition.Repeats,
            TimeZone = definition.TimeZone,
            CatchUp = definition.CatchUp,
            Overlap = definition.Overlap,
            ExpiresAfter = definition.ExpiresAfter,
        };
    }

    private static string Text(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
