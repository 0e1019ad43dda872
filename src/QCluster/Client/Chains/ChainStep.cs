namespace QCluster;

/// <summary>One step of a chain.</summary>
/// <param name="Call">Function and arguments; <see cref="Chain.Previous"/> is replaced by the value of the previous step.</param>
/// <param name="Options">The options of the step. Null: those of the chain and the settings. A step may be in another queue.</param>
public sealed record ChainStep(TaskCall Call, TaskOptions? Options = null)
{
    /// <summary>Creates a step with arguments by position.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments. An <c>object[]</c> is the list of them; an array of any other element type, such as <c>string[]</c>, is one argument, and so is null.</param>
    public ChainStep(string func, params object?[] args)
        : this(new TaskCall(func, args))
    {
    }

    /// <summary>A step without arguments: <c>AsyncChain(["tidy", "report"])</c>.</summary>
    /// <param name="func">The registered name.</param>
    public static implicit operator ChainStep(string func) => new(new TaskCall(func));

    /// <inheritdoc cref="op_Implicit(string)" />
    public static ChainStep FromString(string func) => func;

    /// <summary>A step in django-q's form: <c>AsyncChain([("math.copysign", [1, -1]), ("math.floor", [1])])</c>.</summary>
    /// <param name="step">The registered name, and the arguments by position.</param>
    public static implicit operator ChainStep((string Func, object?[] Args) step) => new(step.Func, step.Args);

    /// <inheritdoc cref="op_Implicit(ValueTuple{string, object[]})" />
    public static ChainStep FromValueTuple((string Func, object?[] Args) step) => step;

    /// <summary>A step with arguments by name: <c>("mail.send", ["a@b"], new() { ["body"] = "hello" })</c>.</summary>
    /// <param name="step">The registered name, the arguments by position, and those by name.</param>
    public static implicit operator ChainStep((string Func, object?[] Args, Dictionary<string, object?> Kwargs) step) => new(new TaskCall(step.Func, step.Args) { Kwargs = step.Kwargs });

    /// <inheritdoc cref="op_Implicit(ValueTuple{string, object[], Dictionary{string, object}})" />
    public static ChainStep FromValueTuple((string Func, object?[] Args, Dictionary<string, object?> Kwargs) step) => step;
}
