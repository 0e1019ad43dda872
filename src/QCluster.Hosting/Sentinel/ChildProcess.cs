using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Children;
using QCluster.Hosting.Settings;
using QCluster.Hosting.Threading;
using QCluster.Model.Errors;

namespace QCluster.Hosting.Sentinel;

/// <summary>One child of the sentinel, from its start to its exit.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int AbortSignal = 6;
    private const int LinesKept = 20;
    private const int LinesPerSecond = 500;
    private const int EntriesPerSecond = 1_000;
    private const int MaxLine = 500;
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(200);

    private readonly Process _process;
    private readonly ChildIdentity _identity;
    private readonly ILogger _logger;
    private readonly Queue<string> _lastErrors = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LineLimit _forwarding = new(LinesPerSecond);
    private readonly LineLimit _logging = new(EntriesPerSecond);
    private readonly ChildLogs _logs;
    private volatile TaskCompletionSource<string>? _seen;
    private readonly TimeProvider _time;
    private long _lastPulseTicks;

    private ChildProcess(Process process, ChildIdentity identity, SlotTable? slots, ILogger logger, ChildLogs logs, TimeProvider time)
    {
        _process = process;
        _logger = logger;
        _logs = logs;
        _identity = identity;
        Slots = slots;
        _time = time;
        StartedTicks = _lastPulseTicks = time.Ticks();
    }

    public ChildRole Role => _identity.Role;

    public int Ordinal => _identity.Ordinal;

    public string Incarnation => _identity.Incarnation;

    public bool IsIsolated => _identity.IsIsolated;

    public SlotTable? Slots { get; }

    public int Pid { get; private set; }

    /// <summary>The processors that it is pinned to; null = any.</summary>
    public IReadOnlyList<int>? PinnedTo { get; private init; }

    public long StartedTicks { get; }

    public FrameConnection? Control { get; private set; }

    public ChildPulse Pulse { get; private set; }

    public bool IsReady { get; private set; }

    /// <summary>Asked to finish; its exit is then no death.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Its isolated task waits for others.</summary>
    public bool IsLent { get; set; }

    /// <summary>Fenced in Redis: whatever it still does is refused.</summary>
    public bool IsFenced { get; set; }

    /// <summary>Why it cannot work, in its own words.</summary>
    public string? Failure { get; private set; }

    /// <summary>Marked for kill; stacks are being captured.</summary>
    public bool IsCondemned { get; set; }

    /// <summary>What its threads were doing before it was killed.</summary>
    public string? Stacks { get; set; }

    /// <summary>The attempt for whose sake it was killed, and why.</summary>
    public (byte[] Attempt, TaskCancelReason Reason)? Culprit { get; set; }

    public long SilentMilliseconds => _time.Ticks() - Interlocked.Read(ref _lastPulseTicks);

    public Task Exited => _exited.Task;

    public bool HasExited => _exited.Task.IsCompleted;

    public static ChildProcess Start(
        ChildIdentity identity,
        SlotTable? slots,
        ProcessStartInfo start,
        Action<ChildProcess> onExit,
        ILogger logger,
        ChildLogs logs,
        TimeProvider time,
        IReadOnlyList<int>? pinnedTo = null)
    {
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(process, identity, slots, logger, logs, time) { PinnedTo = pinnedTo };
        process.Exited += (_, _) => child._ended.TrySetResult();
        if (pinnedTo is null)
            process.Start();
        else
            Processors.Start(process, pinnedTo);
        child.Pid = process.Id;
        if (pinnedTo is not null)
            SentinelLog.Pinned(logger, identity.Role, identity.Ordinal, child.Pid, string.Join(',', pinnedTo));
        var reading = ErrorOutput.ReadAsync(process.StandardError.BaseStream, child.OnErrorLine);
        process.StandardInput.Close();
        Background.Watch(child.FollowAsync(reading, onExit));
        return child;
    }

    /// <summary>Its last words are heard; those of a program that it has left behind are not waited for.</summary>
    private async Task FollowAsync(Task reading, Action<ChildProcess> onExit)
    {
        await _ended.Task.ConfigureAwait(false);
        // Before its exit is reported: its tasks run again elsewhere then, and what they had started must not go on beside that. A worker
        // that leaves in good order has none.
        if (Role == ChildRole.Worker && !(IsDraining && _process.ExitCode == 0))
            ProcessGroup.Kill(Pid);
        await Task.WhenAny(reading, Task.Delay(LastLines, _time)).ConfigureAwait(false);
        _exited.TrySetResult();
        onExit(this);
    }

    /// <summary>It has ended by itself, with an error or an exception that nobody caught; nobody has killed it.</summary>
    public bool HasFailed => _process.ExitCode is > 0 and < 128 or 128 + AbortSignal;

    /// <summary>How it ended, in words.</summary>
    public string DescribeExit()
    {
        var code = _process.ExitCode;
        var how = code switch
        {
            > 128 and < 160 => $"was killed by signal {code - 128}{SignalName(code - 128)}",
            _ => $"exited with code {code}",
        };
        string[] lines;
        lock (_lastErrors)
            lines = [.. _lastErrors];
        if (Pulse.ResidentBytes > 0)
            how += $" with {Pulse.ResidentBytes >> 20} MiB of memory";
        return lines.Length == 0 ? how : $"{how}; its last lines on stderr: {string.Join(" | ", lines)}";
    }

    private static string SignalName(int signal) => signal switch
    {
        6 => " (SIGABRT)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    };

    public void Attach(FrameConnection control)
    {
        Control = control;
        Interlocked.Exchange(ref _lastPulseTicks, _time.Ticks());
    }

    public void OnFrame(FrameType type, ReadOnlySpan<byte> body)
    {
        Interlocked.Exchange(ref _lastPulseTicks, _time.Ticks());
        switch (type)
        {
            case FrameType.Heartbeat:
                Pulse = ChildPulse.Read(body);
                break;
            case FrameType.Ready:
                IsReady = true;
                break;
            case FrameType.Log:
                OnLogEntry(body);
                break;
            case FrameType.Seen:
                _seen?.TrySetResult(Encoding.UTF8.GetString(body));
                break;
            case FrameType.Failed:
                Failure = Encoding.UTF8.GetString(body);
                break;
        }
    }

    public void Drain()
    {
        IsDraining = true;
        Control?.Send(FrameType.Drain, default);
    }

    /// <summary>What an attempt is doing, in the worker's own words; empty when it does not say in time.</summary>
    public async Task<string> LookAsync(byte[] attempt, TimeSpan limit)
    {
        var seen = _seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Control?.Send(FrameType.Look, attempt);
        await Task.WhenAny(seen.Task, Task.Delay(limit, _time)).ConfigureAwait(false);
        return seen.Task.IsCompleted ? await seen.Task.ConfigureAwait(false) : "";
    }

    /// <summary>Closes its control channel: it leaves at once if it has nothing to do.</summary>
    public void LetGo()
    {
        IsDraining = true;
        Control?.Dispose();
    }

    public void Kill()
    {
        try
        {
            // A worker with all that its tasks have started.
            _process.Kill(entireProcessTree: Role == ChildRole.Worker);
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // It has exited, or one of its tree has.
        }
    }

    private string Name => $"{Role.ToString().ToLowerInvariant()} {Ordinal}";

    private void OnLogEntry(ReadOnlySpan<byte> entry)
    {
        if (!_logging.Allows(_time.Ticks(), out var leftOut))
            return;
        if (leftOut > 0)
            SentinelLog.ChildEntriesLeftOut(_logger, Role, Ordinal, leftOut);
        _logs.Add(Name, Role == ChildRole.Worker, entry.ToArray());
    }

    private void OnErrorLine(string line)
    {
        lock (_lastErrors)
        {
            // A stack overflow repeats one frame thousands of times: the beginning says what it was.
            if (_lastErrors.Count < LinesKept)
                _lastErrors.Enqueue(ExceptionText.Cut(line, MaxLine));
        }

        if (!_forwarding.Allows(_time.Ticks(), out var leftOut))
            return;
        if (leftOut > 0)
            SentinelLog.ChildErrorsLeftOut(_logger, Role, Ordinal, leftOut);
        SentinelLog.ChildError(_logger, Role, Ordinal, line);
    }

    public void Dispose()
    {
        Control?.Dispose();
        Slots?.Dispose();
        _process.Dispose();
    }
}
