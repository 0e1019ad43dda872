namespace QCluster;

/// <summary>What went wrong with a task, as it was seen where it ran.</summary>
/// <param name="Reason">The kind of failure.</param>
/// <param name="Type">The full name of the exception's type there, or null when there was no exception.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="Stack">The stack trace there, or null.</param>
public sealed record TaskError(FailureReason Reason, string? Type, string Message, string? Stack)
{
    /// <summary>The untyped result of a failed task: type, message and stack in one text.</summary>
    public override string ToString() =>
        (Type is null ? Message : $"{Type}: {Message}") + (string.IsNullOrEmpty(Stack) ? "" : Environment.NewLine + Stack);

    /// <summary>As an attempt that is followed by another one leaves it: a task keeps the errors of many.</summary>
    internal TaskError Shortened()
    {
        const int message = 1000, stack = 2000;
        return this with
        {
            Message = Message.Length > message ? Message[..message] : Message,
            Stack = Stack?.Length > stack ? Stack[..stack] : Stack,
        };
    }
}
