using System.Globalization;
using Microsoft.Extensions.Logging;
using QCluster.Broker;
using QCluster.Faults;
using QCluster.Hosting.Roles;
using QCluster.Redis;
using QCluster.Schedules;
using QCluster.Wire;

namespace QCluster.Hosting.Scheduling;

/// <summary>
/// Fires the schedules of one queue. Every cluster has one, and each tries: a slot belongs to whoever moves the schedule's due time on, in the
/// script that enqueues the slot's task, so that it is fired once whoever dies. The clock is that of Redis.
/// </summary>
internal sealed class Scheduler
{
    private const int HeadItems = 2;
    private const int ItemsOfOne = 4;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(200);

    /// <summary>A slot this late was missed, unless it is made up for.</summary>
    private static readonly TimeSpan Missed = TimeSpan.FromMinutes(1);

    /// <summary>One that cannot be read is looked at again after this.</summary>
    private static readonly TimeSpan BrokenPause = TimeSpan.FromMinutes(1);

    private readonly RedisConnection _connection;
    private readonly RedisKeys _keys;
    private readonly RedisBroker _broker;
    private readonly PacketSigner _signer;
    private readonly WireLimits _limits;
    private readonly TaskComposer _composer;
    private readonly bool _catchUp;
    private readonly ILogger _logger;
    private readonly WakeUp _signal = new();
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    public Scheduler(ChildSettings settings, RedisConnection connection, RedisKeys keys, ILogger logger)
    {
        _connection = connection;
        _keys = keys;
        _logger = logger;
        _catchUp = settings.CatchUp;
        var options = new QClusterOptions();
        settings.CopyTo(options);
        _broker = new RedisBroker(connection, settings.Name, TimeProvider.System, logger);
        _signer = new PacketSigner(settings.Name, settings.Secrets);
        _limits = new WireLimits { MaxLength = settings.MaxPacketBytes };
        _composer = new TaskComposer(options, _signer, ValueSerializer.Default);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        IAsyncDisposable? subscription = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // A message that is missed costs the time until the next look.
                subscription ??= await _connection.SubscribeAsync(_keys.Prefix + "schedules", _ => _signal.Set(), stopping).ConfigureAwait(false);
                var pause = await LookAsync(stopping).ConfigureAwait(false);
                if (pause > TimeSpan.Zero)
                    await _signal.WaitAsync(pause, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (BrokerException e)
            {
                SchedulerLog.Failed(_logger, _keys.Queue, e.Message);
                await Task.WhenAny(Task.Delay(PauseAfterFailure, stopping)).ConfigureAwait(false);
            }
        }

        if (subscription is not null)
            await subscription.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Fires what is due, and returns how long until the next look.</summary>
    private async Task<TimeSpan> LookAsync(CancellationToken stopping)
    {
        var reply = await _broker.RunAsync(new ScriptCall(QueueScript.ScheduleDue, _keys.Queue, "sd", []), stopping).ConfigureAwait(false);
        var now = Time(reply[0].Text);
        for (var i = HeadItems; i + ItemsOfOne <= reply.Items.Count; i += ItemsOfOne)
            await FireAsync(reply[i].Text, reply[i + 1].Text, reply[i + 2].Bytes, reply[i + 3].Number, now, stopping).ConfigureAwait(false);
        // What was fired may be due again.
        if (reply.Items.Count > HeadItems)
            return TimeSpan.Zero;
        var next = reply[1].Bytes.Length == 0 ? LookAgain : Time(reply[1].Text) - now;
        return next < LookAgain ? next : LookAgain;
    }

    private async Task FireAsync(string name, string dueText, byte[] bytes, long runs, DateTimeOffset now, CancellationToken stopping)
    {
        var due = Time(dueText);
        SlotDecision decision;
        try
        {
            decision = Decide(ScheduleDefinition.Read(name, _keys.Queue, bytes, _signer, _limits), due, runs, now);
            _reported.Remove(name);
        }
        catch (Exception e) when (e is QClusterException or ArgumentException)
        {
            // It harms no other: it is put off, and says so.
            if (_reported.Add(name))
                SchedulerLog.Broken(_logger, name, _keys.Queue, e.Message);
            decision = new SlotDecision { Slot = due, Next = Text(now + BrokenPause), Problem = e.Message };
        }

        var call = new ScriptCall(
            QueueScript.ScheduleFire,
            _keys.Queue,
            "sd",
            [],
            ScriptCall.Text(name),
            ScriptCall.Text(dueText),
            ScriptCall.Text(decision.Next),
            decision.Task,
            ScriptCall.Text(Text(decision.Slot)),
            ScriptCall.Text(decision.SkipsOverlap ? "skip" : ""),
            ScriptCall.Text(decision.Problem),
            ScriptCall.Text(decision.NextIfSkipped ?? decision.Next));
        FaultPoint.Pass(CrashPoint.SlotNotFired, _connection.Drop);
        var reply = await _broker.RunAsync(call, stopping).ConfigureAwait(false);
        FaultPoint.Pass(CrashPoint.SlotFired, _connection.Drop);
        if (reply.Number == 2 && decision.SkipsOverlap)
            SchedulerLog.Skipped(_logger, name, decision.Slot);
    }

    private SlotDecision Decide(ScheduleDefinition definition, DateTimeOffset due, long runs, DateTimeOffset now)
    {
        var calendar = definition.Calendar;
        var catchUp = definition.CatchUp ?? (_catchUp ? CatchUp.All : CatchUp.Latest);
        var slot = due;
        var fires = true;
        if (catchUp != CatchUp.All && calendar.After(due) is { } second && second <= now)
        {
            slot = calendar.LatestUpTo(now, due);
            fires = catchUp == CatchUp.Latest;
        }
        else if (catchUp == CatchUp.None && now - due > Missed)
        {
            fires = false;
        }

        var end = definition.IsPeriodicTask ? "over" : "gone";
        var following = calendar.After(slot) is { } later ? Text(later) : end;
        var isLast = definition.Repeats is { } repeats && runs + 1 >= repeats;
        return new SlotDecision
        {
            Slot = slot,
            Next = isLast ? end : following,
            NextIfSkipped = following,
            Task = fires ? TaskOf(definition, slot) : [],
            SkipsOverlap = definition.Overlap == Overlap.Skip,
        };
    }

    private byte[] TaskOf(ScheduleDefinition definition, DateTimeOffset slot)
    {
        var pattern = TaskPacket.Read(definition.Pattern, _keys.Queue, _signer, _limits);
        var id = ScheduleDefinition.SlotOf(definition.Name, _keys.Queue, slot);
        return [(byte)pattern.Lane.Letter, .. _composer.Recompose(id, pattern, slot)];
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(text, CultureInfo.InvariantCulture));

    private static string Text(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
