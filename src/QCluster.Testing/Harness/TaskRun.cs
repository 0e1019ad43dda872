using QCluster.Execution.Functions;
using QCluster.Client.Inline;

namespace QCluster.Testing;

/// <summary>A task that a <see cref="TaskHarness"/> has started. Await <see cref="Completion"/> for its result.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class TaskRun
{
    private readonly Lock _lock = new();
    private readonly List<ProgressReport> _progress = [];
    private PacketContext? _context;
    private bool _isCancelled;

    internal TaskRun(string id)
    {
        Id = id;
        Owner = new InlineOwner { IsCancelRequested = () => IsCancelled, Starting = OnStarting, Progress = OnProgress };
    }

    /// <summary>The task's id.</summary>
    public string Id { get; }

    /// <summary>The result of the task. This task itself never fails: an exception of the function is part of the result.</summary>
    public Task<TaskRunResult> Completion { get; internal set; } = null!;

    /// <summary>The context of the running attempt, or else of the last one; null before the first.</summary>
    public TaskContext? Context
    {
        get
        {
            lock (_lock)
                return _context;
        }
    }

    /// <summary>The progress reports so far.</summary>
    public IReadOnlyList<ProgressReport> Progress
    {
        get
        {
            lock (_lock)
                return [.. _progress];
        }
    }

    /// <summary>True if a user has cancelled the task, in any attempt.</summary>
    internal bool IsCancelled
    {
        get
        {
            lock (_lock)
                return _isCancelled;
        }
    }

    internal InlineOwner Owner { get; }

    /// <summary>Cancels the token of the running attempt. The first reason counts. Like a worker, this does not stop a function that ignores its token.</summary>
    /// <param name="reason">The reason: a user's cancel, which ends the task; a time-out; a worker that stops, or has lost the task.</param>
    public void Cancel(TaskCancelReason reason = TaskCancelReason.User)
    {
        PacketContext? context;
        lock (_lock)
        {
            _isCancelled |= reason == TaskCancelReason.User;
            context = _context;
        }

        context?.Cancel(reason);
    }

    private void OnStarting(PacketContext context)
    {
        bool isCancelled;
        lock (_lock)
        {
            _context = context;
            isCancelled = _isCancelled;
        }

        if (isCancelled)
            context.Cancel(TaskCancelReason.User);
    }

    private void OnProgress(double fraction, string? message)
    {
        lock (_lock)
            _progress.Add(new ProgressReport(fraction, message));
    }
}
