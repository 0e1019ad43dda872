using System.Globalization;
using QCluster.Broker;
using QCluster.Wire;

namespace QCluster.Schedules;

/// <inheritdoc cref="ISchedules" />
internal sealed class ScheduleClient(IBroker broker, TaskComposer composer, RecordDecoder decoder, QClusterOptions settings, PacketSigner signer, WireLimits limits, TimeProvider clock) : ISchedules
{
    private const int ItemsOfOne = 9;

    public async Task Add(Schedule schedule, bool replace = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var (definition, queue) = Define(schedule, isPeriodicTask: false);
        if (!await PutAsync(definition, queue, replace ? "set" : "add", cancellationToken).ConfigureAwait(false))
            throw new InvalidOperationException($"There is a schedule '{schedule.Name}' already. Remove it, or replace it.");
    }

    /// <summary>What an app has as a class: added if it is new or has changed, and left alone if it has not.</summary>
    public async Task AddAsync(PeriodicTask task, CancellationToken cancellationToken)
    {
        var (definition, queue) = Define(task.ToSchedule(), isPeriodicTask: true);
        await PutAsync(definition, queue, "app", cancellationToken).ConfigureAwait(false);
    }

    private (ScheduleDefinition Definition, string Queue) Define(Schedule schedule, bool isPeriodicTask)
    {
        var zone = schedule.Validate();
        var queue = schedule.Options.Queue ?? settings.Queue;
        var options = schedule.Overlap == Overlap.Queue ? schedule.Options with { ConcurrencyKey = "schedule:" + schedule.Name, ConcurrencyLimit = 1 } : schedule.Options;
        var id = new TaskId(ScheduleDefinition.IdOf(schedule.Name, queue), queue);
        return (new ScheduleDefinition
        {
            Name = schedule.Name,
            When = schedule.When,
            TimeZone = schedule.TimeZone,
            Start = StartOf(schedule, zone),
            Repeats = schedule.When.Kind == RecurrenceKind.Once ? 1 : schedule.Repeats,
            CatchUp = schedule.CatchUp,
            Overlap = schedule.Overlap,
            IsPeriodicTask = isPeriodicTask,
            Pattern = composer.ComposePattern(id, schedule.Call, options, schedule.Name),
        }, queue);
    }

    /// <summary>To the millisecond, as it travels.</summary>
    private DateTimeOffset StartOf(Schedule schedule, TimeZoneInfo zone)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (schedule.Start is { } given)
            return DateTimeOffset.FromUnixTimeMilliseconds(given.ToUnixTimeMilliseconds());
        return schedule.When.Kind switch
        {
            RecurrenceKind.Interval => now.AddMilliseconds(schedule.When.Count),
            RecurrenceKind.Cron => new Calendar(schedule.When, now, zone).After(now) ?? now,
            _ => now,
        };
    }

    private async Task<bool> PutAsync(ScheduleDefinition definition, string queue, string mode, CancellationToken cancellationToken)
    {
        // Those of classes are counted from a time long ago, so that every worker means the same.
        var due = definition.IsPeriodicTask ? definition.Calendar.After(clock.GetUtcNow()) ?? definition.Start : definition.Start;
        var call = new ScriptCall(
            QueueScript.SchedulePut,
            queue,
            "sc",
            [],
            ScriptCall.Text(definition.Name),
            definition.ToBytes(queue, signer),
            ScriptCall.Number(due.ToUnixTimeMilliseconds()),
            ScriptCall.Text(mode));
        return (await broker.RunAsync(call, cancellationToken).ConfigureAwait(false)).Number == 1;
    }

    public async Task<IReadOnlyList<ScheduleInfo>> List(string? queue = null, CancellationToken cancellationToken = default) =>
        [.. (await ReadAsync("", queue ?? settings.Queue, cancellationToken).ConfigureAwait(false)).Select(p => p.Info).OrderBy(i => i.Name, StringComparer.Ordinal)];

    public async Task<ScheduleInfo?> Get(string name, string? queue = null, CancellationToken cancellationToken = default) =>
        (await ReadAsync(name, queue ?? settings.Queue, cancellationToken).ConfigureAwait(false)).Select(p => p.Info).FirstOrDefault();

    public async Task<string> Run(string name, string? queue = null, CancellationToken cancellationToken = default)
    {
        queue ??= settings.Queue;
        var (info, definition) = await FindAsync(name, queue, cancellationToken).ConfigureAwait(false);
        if (definition is null)
            throw new InvalidOperationException($"The schedule '{name}' cannot be run: {info.Problem}");
        var id = TaskId.New(queue, clock);
        var packet = TaskPacket.Read(definition.Pattern, queue, signer, limits);
        await broker.EnqueueAsync(new EnqueueBatch(queue, packet.Lane, [composer.Recompose(id, packet)]), cancellationToken).ConfigureAwait(false);
        return id.ToString();
    }

    public Task<bool> Pause(string name, string? queue = null, CancellationToken cancellationToken = default) => ChangeAsync(name, queue, "pause", "", cancellationToken);

    public Task<bool> Remove(string name, string? queue = null, CancellationToken cancellationToken = default) => ChangeAsync(name, queue, "remove", "", cancellationToken);

    public async Task<bool> Resume(string name, string? queue = null, CancellationToken cancellationToken = default)
    {
        if ((await ReadAsync(name, queue ?? settings.Queue, cancellationToken).ConfigureAwait(false)) is not [var (info, definition)])
            return false;
        // One that is due once is made up for; the others go on with what comes.
        var due = definition is null || IsOver(definition, info.Runs) ? null
            : definition.When.Kind == RecurrenceKind.Once ? definition.Start : definition.Calendar.After(clock.GetUtcNow());
        return await ChangeAsync(name, queue, "resume", due?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "", cancellationToken).ConfigureAwait(false);
    }

    private static bool IsOver(ScheduleDefinition definition, long runs) => definition.Repeats is { } repeats && runs >= repeats;

    private async Task<bool> ChangeAsync(string name, string? queue, string what, string due, CancellationToken cancellationToken) =>
        (await broker.RunAsync(new ScriptCall(QueueScript.ScheduleChange, queue ?? settings.Queue, "sc", [], ScriptCall.Text(name), ScriptCall.Text(what), ScriptCall.Text(due)), cancellationToken).ConfigureAwait(false)).Number == 1;

    private async Task<(ScheduleInfo Info, ScheduleDefinition? Definition)> FindAsync(string name, string queue, CancellationToken cancellationToken) =>
        (await ReadAsync(name, queue, cancellationToken).ConfigureAwait(false)) is [var found]
            ? found
            : throw new NotRegisteredException(name, $"as a schedule of the queue '{queue}'. Look at 'qcluster schedule list' for those that are.");

    private async Task<List<(ScheduleInfo Info, ScheduleDefinition? Definition)>> ReadAsync(string name, string queue, CancellationToken cancellationToken)
    {
        var reply = await broker.RunAsync(new ScriptCall(QueueScript.ScheduleList, queue, "sc", [], ScriptCall.Text(name)), cancellationToken).ConfigureAwait(false);
        var all = new List<(ScheduleInfo, ScheduleDefinition?)>();
        for (var i = 0; i + ItemsOfOne <= reply.Items.Count; i += ItemsOfOne)
            all.Add(Read([.. reply.Items.Skip(i).Take(ItemsOfOne)], queue));
        return all;
    }

    private (ScheduleInfo Info, ScheduleDefinition? Definition) Read(ScriptReply[] items, string queue)
    {
        var info = new ScheduleInfo
        {
            Name = items[0].Text,
            Due = Time(items[2]),
            Runs = items[3].Number,
            Skipped = items[4].Number,
            LastSlot = Time(items[5]),
            LastTask = items[6].Bytes.Length == TaskId.ByteLength ? TaskId.FromBytes(items[6].Bytes, queue).ToString() : null,
            IsPaused = items[7].Bytes.Length > 0,
            Problem = items[8].Bytes.Length == 0 ? null : items[8].Text,
        };
        try
        {
            var definition = ScheduleDefinition.Read(info.Name, queue, items[1].Bytes, signer, limits);
            return (info with { Schedule = ToSchedule(definition, queue), IsPeriodicTask = definition.IsPeriodicTask }, definition);
        }
        catch (Exception e) when (e is WireFormatException or SerializationException)
        {
            return (info with { Problem = e.Message }, null);
        }
    }

    private Schedule ToSchedule(ScheduleDefinition definition, string queue)
    {
        var packet = TaskPacket.Read(definition.Pattern, queue, signer, limits);
        return new Schedule(definition.Name, definition.When, decoder.CallOf(packet))
        {
            Options = TaskComposer.OptionsOf(packet) with { Queue = queue },
            Start = definition.Start,
            Repeats = definition.Repeats,
            TimeZone = definition.TimeZone,
            CatchUp = definition.CatchUp,
            Overlap = definition.Overlap,
        };
    }

    private static DateTimeOffset? Time(ScriptReply item) =>
        item.Bytes.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(item.Text, CultureInfo.InvariantCulture));
}
