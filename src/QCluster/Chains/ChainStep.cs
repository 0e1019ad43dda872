namespace QCluster;

/// <summary>One step of a chain.</summary>
/// <param name="Call">Function and arguments; <see cref="Chain.Previous"/> stands for the value of the step before.</param>
/// <param name="Options">How to run it; null = as the chain and the settings say. A step may be in a queue of its own.</param>
public sealed record ChainStep(TaskCall Call, TaskOptions? Options = null)
{
    /// <summary>Creates a step with arguments by position.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments.</param>
    public ChainStep(string func, params object?[] args)
        : this(new TaskCall(func, args))
    {
    }
}
