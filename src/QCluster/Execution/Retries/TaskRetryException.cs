using QCluster.Model.Errors;

namespace QCluster;

/// <summary>
/// Thrown by a task that requests a retry: see <see cref="TaskContext.Retry"/>. It must reach the worker, so do not catch it.
/// </summary>
public sealed class TaskRetryException : QClusterException
{
    /// <summary>Creates the request.</summary>
    /// <param name="countdown">The retry delay. Null: that of the task's settings.</param>
    /// <param name="cause">The cause; recorded as the error of this attempt, and of the task if no attempt remains.</param>
    /// <param name="maxRetries">The maximum number of retries; below 0: no limit. Null: that of the task's settings.</param>
    public TaskRetryException(TimeSpan? countdown = null, Exception? cause = null, int? maxRetries = null)
        : base(cause is null ? "The task requested a retry." : $"The task requested a retry: {ExceptionText.MessageOf(cause)}", cause)
    {
        Countdown = countdown;
        MaxRetries = maxRetries;
    }

    /// <summary>The retry delay. Null: that of the task's settings.</summary>
    public TimeSpan? Countdown { get; }

    /// <summary>The maximum number of retries.</summary>
    public int? MaxRetries { get; }
}
