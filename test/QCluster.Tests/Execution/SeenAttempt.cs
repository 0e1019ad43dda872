using System.Text.RegularExpressions;
using QCluster.Execution.Attempts;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;

namespace QCluster.Tests.Execution;

/// <summary>The result of one attempt, as far as it must be the same wherever the attempt runs.</summary>
/// <param name="Kind">What Redis is asked to do; null when the task runs again elsewhere.</param>
/// <param name="Keep">Milliseconds to keep the record, or until the retry.</param>
/// <param name="State">The state in the outcome; null where there is none.</param>
/// <param name="Attempt">Its number.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Type">The exception.</param>
/// <param name="Message">Its message, without times.</param>
/// <param name="HasStack">The error has a stack.</param>
/// <param name="NoErrorMail">Nobody wants a mail.</param>
/// <param name="Value">The value, as hexadecimal digits.</param>
internal sealed partial record SeenAttempt(
    AckKind? Kind, long Keep = 0, TaskState? State = null, int Attempt = 0, FailureReason? Reason = null, string? Type = null, string? Message = null, bool HasStack = false, bool NoErrorMail = false, string Value = "")
{
    public static SeenAttempt Of(in AttemptResult result, byte[] element)
    {
        if (result.IsInterrupted)
            return new SeenAttempt(Kind: null);
        if (result.Kind == AckKind.Limited)
            return new SeenAttempt(AckKind.Limited, Value: Convert.ToHexString(result.Outcome));
        var id = new TaskId(AttemptKey.FromBytes(TaskElement.FieldOf(element)).Id, TaskId.DefaultQueue);
        return Of(result, TaskOutcome.Read(result.Outcome, id, OddTask.Format, out _));
    }

    private static SeenAttempt Of(in AttemptResult result, TaskOutcome outcome) => new(
        result.Kind,
        result.KeepMilliseconds,
        outcome.State,
        outcome.Attempt,
        outcome.Error?.Reason,
        outcome.Error?.Type,
        outcome.Error is { } error ? Times().Replace(error.Message, "TIME") : null,
        outcome.Error?.Stack is not null,
        outcome.NoErrorMail,
        Convert.ToHexString(outcome.Value.Span));

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")]
    private static partial Regex Times();
}
