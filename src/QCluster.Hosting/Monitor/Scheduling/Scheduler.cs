using Microsoft.Extensions.Logging;
using QCluster.Queue;
using QCluster.Queue.Schedules;
using QCluster.Model.Faults;
using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;
using QCluster.Redis;
using QCluster.Wire.Packets;
using QCluster.Client.Enqueueing;

namespace QCluster.Hosting.Monitor.Scheduling;

/// <summary>
/// Fires the schedules of one queue. Every cluster has one, and each tries: an occurrence belongs to the one that advances the schedule's due
/// time, in the script that enqueues the occurrence's task, so that it fires once even if a process dies. The clock is that of Redis.
/// </summary>
internal sealed class Scheduler
{
    private const int PageSize = 100;
    private const int MaxBacklog = 10;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BacklogPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(200);

    /// <summary>The time after which another cluster would have fired a schedule that this one cannot read.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private readonly RedisConnection _connection;
    private readonly RedisKeys _keys;
    private readonly ScheduleScripts _schedules;
    private readonly OccurrencePlanner _planner;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly WakeUp _signal = new();

    /// <summary>The unreadable schedules that were logged, with the due time for which the problem was noted in Redis.</summary>
    private readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);

    public Scheduler(ChildSettings settings, PacketFormat format, RedisConnection connection, RedisKeys keys, ILogger logger, TimeProvider time)
    {
        _connection = connection;
        _keys = keys;
        _logger = logger;
        _time = time;
        var options = new QClusterOptions();
        settings.CopyTo(options);
        _schedules = new ScheduleScripts(new RedisTransport(connection, settings.Options.Name, time, logger));
        _planner = new OccurrencePlanner(keys.Queue, settings.Options.CatchUp, new TaskComposer(options, format), format);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        IAsyncDisposable? subscription = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // A message that is missed costs the time until the next look.
                subscription ??= await _connection.SubscribeAsync(_keys.SchedulesChannel, _ => _signal.Set(), stopping).ConfigureAwait(false);
                var pause = await LookAsync(stopping).ConfigureAwait(false);
                if (pause > TimeSpan.Zero)
                    await _signal.WaitAsync(pause == LookAgain ? Pace.UntilNext(LookAgain, _time) : pause, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (BrokerException e)
            {
                SchedulerLog.Failed(_logger, _keys.Queue, e.Message);
                await Task.WhenAny(Task.Delay(PauseAfterFailure, _time, stopping)).ConfigureAwait(false);
            }
        }

        if (subscription is not null)
            await subscription.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Fires what is due, one occurrence of each schedule, and returns how long until the next look.</summary>
    private async Task<TimeSpan> LookAsync(CancellationToken stopping)
    {
        var pause = LookAgain;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var isLast = false; !isLast;)
        {
            // Schedules that stay due come first. They must not hide later ones, even if they are many.
            var due = await _schedules.DueAsync(_keys.Queue, seen.Count, stopping).ConfigureAwait(false);
            isLast = due.Found.Count < PageSize;
            if (due.Next is { } next)
                pause = Shorter(pause, next - due.Now);
            foreach (var schedule in due.Found)
            {
                if (!seen.Add(schedule.Name))
                    continue;
                switch (await FireAsync(schedule, due.Now, stopping).ConfigureAwait(false))
                {
                    case null:
                        break;
                    case FireResult.NotYet:
                        pause = Shorter(pause, BacklogPause);
                        break;
                    default:
                        // It may be due again.
                        pause = TimeSpan.Zero;
                        break;
                }
            }
        }

        return pause;
    }

    /// <returns>Null when it is left to other clusters.</returns>
    private async Task<FireResult?> FireAsync(DueSchedule schedule, DateTimeOffset now, CancellationToken stopping)
    {
        var name = schedule.Name;
        OccurrenceDecision decision;
        try
        {
            decision = _planner.Decide(name, schedule.Definition, schedule.Due, schedule.Runs, now);
            _unreadable.Remove(name);
        }
        catch (Exception e) when (e is QClusterException or ArgumentException)
        {
            await LeaveAsync(schedule, e.Message, now, stopping).ConfigureAwait(false);
            return null;
        }

        FaultPoint.Pass(CrashPoint.SlotNotFired, _connection.Drop);
        var result = await _schedules.FireAsync(_keys.Queue, name, schedule.DueText, decision, MaxBacklog, stopping).ConfigureAwait(false);
        FaultPoint.Pass(CrashPoint.SlotFired, _connection.Drop);
        if (result == FireResult.Skipped && decision is { SkipsOverlap: true, Task.Length: > 0 })
            SchedulerLog.Skipped(_logger, name, decision.Occurrence);
        if (result == FireResult.Rests)
            SchedulerLog.Rests(_logger, name, _keys.Queue);
        return result;
    }

    /// <summary>Another cluster may have the time zone or the key that this one lacks. The problem is noted only if no cluster has fired the schedule in time.</summary>
    private async Task LeaveAsync(DueSchedule schedule, string problem, DateTimeOffset now, CancellationToken stopping)
    {
        var (name, due) = (schedule.Name, schedule.DueText);
        if (_unreadable.TryAdd(name, ""))
            SchedulerLog.Unreadable(_logger, name, _keys.Queue, problem);
        if (_unreadable[name] == due || now - schedule.Due < Abandoned)
            return;
        await _schedules.NoteAsync(_keys.Queue, name, due, problem, stopping).ConfigureAwait(false);
        _unreadable[name] = due;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
