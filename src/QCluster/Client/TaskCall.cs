namespace QCluster;

/// <summary>One call to run: a function's registered name and its arguments.</summary>
/// <param name="Func">The registered name.</param>
public sealed record TaskCall(string Func)
{
    /// <summary>Creates a call with arguments by position.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments.</param>
    public TaskCall(string func, params object?[] args)
        : this(func)
        => Args = args;

    /// <summary>Arguments by position.</summary>
    public IReadOnlyList<object?> Args { get; init; } = [];

    /// <summary>Arguments by name; null = none.</summary>
    public IReadOnlyDictionary<string, object?>? Kwargs { get; init; }
}
