using QCluster.Model.Errors;

namespace QCluster;

/// <summary>
/// The error of a task, as recorded where it ran. Its texts are bounded: 500 characters of the type's name, 4,000 of the
/// message and 8,000 of the stack; for an attempt that is retried 1,000 and 2,000. A text that was cut ends with a note of
/// its length.
/// </summary>
/// <param name="Reason">The kind of failure.</param>
/// <param name="Type">The full name of the exception's type at the worker; null without an exception.</param>
/// <param name="Message">The description of the error.</param>
/// <param name="Stack">The stack trace at the worker, from the throw to the task's function, with those of inner exceptions; or null.</param>
public sealed record TaskError(FailureReason Reason, string? Type, string Message, string? Stack)
{
    private const int MaxType = 500;
    private const int MaxMessage = 4_000;
    private const int MaxStack = 8_000;

    /// <summary>The untyped result of a failed task: type, message and stack in one text.</summary>
    public override string ToString() =>
        (Type is null ? Message : $"{Type}: {Message}") + (string.IsNullOrEmpty(Stack) ? "" : Environment.NewLine + Stack);

    /// <summary>An exception of user code.</summary>
    internal static TaskError Of(FailureReason reason, Exception exception, string? message = null) =>
        new(reason, exception.GetType().FullName, message ?? ExceptionText.MessageOf(exception), ExceptionText.StackOf(exception));

    /// <summary>As it is recorded.</summary>
    internal TaskError Bounded() => Cut(MaxMessage, MaxStack);

    /// <summary>The shorter form for an attempt that is followed by another one: a task keeps the errors of many.</summary>
    internal TaskError Shortened() => Cut(1_000, 2_000);

    private TaskError Cut(int message, int stack)
    {
        if (!(Message?.Length > message || Stack?.Length > stack || Type?.Length > MaxType || Message is null))
            return this;
        return this with
        {
            Type = Type is null ? null : ExceptionText.Cut(Type, MaxType),
            Message = ExceptionText.Cut(Message ?? "", message),
            Stack = Stack is null ? null : ExceptionText.Cut(Stack, stack),
        };
    }
}
