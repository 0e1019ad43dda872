using System.Globalization;

namespace QCluster.Execution.Functions;

/// <summary>The effect of an exception on its task.</summary>
/// <param name="State">Failed or cancelled.</param>
/// <param name="Error">The error to record.</param>
internal readonly record struct TaskVerdict(TaskState State, TaskError Error)
{
    public static TaskVerdict Of(Exception exception, TaskCancelReason reason, TimeSpan? timeout) => reason switch
    {
        TaskCancelReason.Timeout => Failed(FailureReason.Timeout, string.Create(CultureInfo.InvariantCulture, $"It ran longer than its time-out of {timeout?.TotalSeconds:0.###} s and stopped when requested."), exception),
        TaskCancelReason.User => new TaskVerdict(TaskState.Cancelled, Describe(FailureReason.Cancelled, "Cancelled while it ran.", exception)),
        _ => Of(exception),
    };

    public static TaskVerdict Failed(FailureReason reason, string message, Exception? exception = null) =>
        new(TaskState.Failed, Describe(reason, message, exception));

    public static TaskVerdict CancelledBefore { get; } = new(TaskState.Cancelled, new TaskError(FailureReason.Cancelled, null, "Cancelled before it was begun.", null));

    public static TaskVerdict Refused(WireFormatException problem) => Failed(FailureReason.Refused, "The packet was refused: " + problem.Message);

    public static TaskVerdict TooOld(DateTimeOffset created) =>
        Failed(FailureReason.Refused, $"It was made at {created:u}, which is longer ago than is allowed here (max_age).");

    public static TaskVerdict Expired(DateTimeOffset expires, DateTimeOffset now) =>
        Failed(FailureReason.Expired, $"It was to start before {expires:u}, and a worker came to it at {now:u}.");

    public static TaskVerdict TooLarge(int length, int most) =>
        Failed(FailureReason.InvalidResult, $"The result has {length} bytes; at most {most} are accepted (max_packet_bytes). Return a reference to the data instead.");

    public static TaskVerdict UnknownFunction(string name, FunctionRegistry functions)
    {
        const int most = 20;
        var names = functions.Names.ToArray();
        var shown = string.Join(", ", names.Take(most)) + (names.Length > most ? $" and {names.Length - most} more" : "");
        return Failed(FailureReason.UnknownFunction, $"No function '{name}' is registered in the worker. Start the cluster with --app of the assembly that has it, or register it. Registered: {(names.Length == 0 ? "none" : shown)}.");
    }

    private static TaskVerdict Of(Exception exception) => exception switch
    {
        ArgumentBindingException binding => Failed(binding.Reason, binding.Message),
        InvalidResultException result => Failed(result.Reason, result.Message),
        // The wish was not granted, or will be: the error is what it was made for.
        TaskRetryException { InnerException: { } cause } => new(TaskState.Failed, TaskError.Of(FailureReason.Exception, cause)),
        _ => new(TaskState.Failed, TaskError.Of(FailureReason.Exception, exception)),
    };

    private static TaskError Describe(FailureReason reason, string message, Exception? exception) =>
        exception is null ? new TaskError(reason, null, message, null) : TaskError.Of(reason, exception, message);
}
