using QCluster.Execution.Calls;

namespace QCluster;

/// <summary>One call to run: a function's registered name and its arguments.</summary>
/// <param name="Func">The registered name.</param>
/// <exception cref="ArgumentNullException">The name is null.</exception>
public sealed record TaskCall(string Func)
{
    /// <summary>Creates a call with arguments by position.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments. An <c>object[]</c> is the list of them; an array of any other element type, such as <c>string[]</c>, is one argument, and so is null.
    /// <see cref="KeywordArguments"/> among them are arguments by name.</param>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public TaskCall(string func, params object?[] args)
        : this(func)
        => (Args, Kwargs) = ArgumentList.Of(args);

    /// <summary>The registered name.</summary>
    public string Func { get; init => field = Named(value); } = Named(Func);

    /// <summary>Arguments by position.</summary>
    public IReadOnlyList<object?> Args { get; init; } = [];

    /// <summary>Arguments by name; null = none.</summary>
    public IReadOnlyDictionary<string, object?>? Kwargs { get; init; }

    private static string Named(string? func) => func ?? throw new ArgumentNullException("func", "A task needs the name of a function, such as \"math.copysign\".");
}
