using QCluster.Execution.Telemetry;

namespace QCluster.Hosting.Worker;

/// <summary>What is told of an attempt once its outcome is settled. Kept only while somebody listens.</summary>
/// <param name="Queue">Its queue.</param>
/// <param name="Function">Its function; empty when its packet was refused.</param>
/// <param name="State">succeeded, failed, cancelled or retry.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Took">How long it ran; null when it was not begun.</param>
internal sealed record EndedAttempt(string Queue, string Function, string State, FailureReason? Reason, TimeSpan? Took)
{
    public void Tell()
    {
        try
        {
            TaskMetrics.Ended(Queue, Function, State, Reason?.ToString(), Took);
            if (Reason == FailureReason.Refused)
                TaskMetrics.Refused(Queue);
        }
        catch
        {
            // Listeners may be the user's own: one that fails holds up nothing.
        }
    }
}
