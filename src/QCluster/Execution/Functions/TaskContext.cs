using Microsoft.Extensions.Logging;
using QCluster.Execution.Functions;

namespace QCluster;

/// <summary>
/// The context of a running task, for its function. A parameter of this type is supplied by the worker, and
/// <see cref="Current"/> gives the same object anywhere inside the call. A test may derive from it to call a function directly.
/// </summary>
public abstract class TaskContext
{
    private static readonly AsyncLocal<TaskContext?> Ambient = new();

    /// <summary>The context of the task that is running here, or null outside of a task.</summary>
    public static TaskContext? Current => Ambient.Value;

    /// <summary>The task's id.</summary>
    public abstract string Id { get; }

    /// <summary>The name of the function, as in the call.</summary>
    public abstract string Func { get; }

    /// <summary>The number of this attempt, from 1.</summary>
    public abstract int Attempt { get; }

    /// <summary>The queue of the task.</summary>
    public abstract string Queue { get; }

    /// <summary>The task's name, or null if it has none.</summary>
    public abstract string? Name { get; }

    /// <summary>A logger that adds the task's id, function and attempt to every entry.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>Cancelled when the task should stop; <see cref="CancelReason"/> has the reason.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>The reason of the cancelled <see cref="CancellationToken"/>; <see cref="TaskCancelReason.None"/> if it is not cancelled.</summary>
    public abstract TaskCancelReason CancelReason { get; }

    /// <summary>The services of this call: a separate scope, created at the first use and disposed when the function has finished.</summary>
    public abstract IServiceProvider Services { get; }

    /// <summary>The schedule of the task, or null.</summary>
    public virtual string? Schedule => null;

    /// <summary>The occurrence of the schedule, as its due time, or null. It does not depend on the start of the task.</summary>
    public virtual DateTimeOffset? ScheduledFor => null;

    /// <summary>
    /// Ends this attempt and requests a retry under the same id. Always throws: write <c>throw context.Retry(...)</c>, so
    /// that the compiler knows. If no attempt is left, the task fails with <paramref name="exception"/> as its error.
    /// </summary>
    /// <param name="countdown">The retry delay; null = the backoff of the task, or else its <c>DefaultRetryDelay</c>, 3 minutes unless set.</param>
    /// <param name="exception">The reason, recorded as the error of this attempt.</param>
    /// <param name="maxRetries">The maximum number of retries; below 0 = no limit; null = the options of the task, or else 3. The same as in Celery's <c>retry</c>.</param>
    /// <returns>Never.</returns>
    /// <exception cref="TaskRetryException">Always.</exception>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public Exception Retry(TimeSpan? countdown = null, Exception? exception = null, int? maxRetries = null) => throw new TaskRetryException(countdown, exception, maxRetries);

    /// <summary>The clock for measuring and waiting: the system's in a worker, the test's own in a test.</summary>
    public virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>Reports progress to all clients that watch the task. Frequent calls are cheap: only the latest report is sent.</summary>
    /// <param name="fraction">The completed fraction, 0 to 1; other values are clamped.</param>
    /// <param name="message">The current activity in a few words, or null.</param>
    public abstract void ReportProgress(double fraction, string? message = null);

    private protected static double FractionOf(double fraction) => double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1);

    /// <summary>Can release the task's slot while it waits for others.</summary>
    internal virtual ISlotHolder? Slot => null;

    internal static void Enter(TaskContext context) => Ambient.Value = context;

    internal static void Leave() => Ambient.Value = null;
}
