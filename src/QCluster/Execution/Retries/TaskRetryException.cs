using QCluster.Model.Errors;

namespace QCluster;

/// <summary>
/// Thrown by a task that wants to be tried again: see <see cref="TaskContext.Retry"/>. It must reach the worker, so do not catch it.
/// </summary>
public sealed class TaskRetryException : QClusterException
{
    /// <summary>Creates the wish.</summary>
    /// <param name="countdown">The pause until the next attempt; null = as the task's settings say.</param>
    /// <param name="cause">Why; recorded as the error of this attempt, and of the task when no attempt is left.</param>
    /// <param name="maxRetries">How often at most, below 0 = without end; null = as the task's settings say.</param>
    public TaskRetryException(TimeSpan? countdown = null, Exception? cause = null, int? maxRetries = null)
        : base(cause is null ? "The task requested a retry." : $"The task requested a retry: {ExceptionText.MessageOf(cause)}", cause)
    {
        Countdown = countdown;
        MaxRetries = maxRetries;
    }

    /// <summary>The pause until the next attempt.</summary>
    public TimeSpan? Countdown { get; }

    /// <summary>The maximum number of retries.</summary>
    public int? MaxRetries { get; }
}
