namespace QCluster;

/// <summary>A method that cannot be a task function: the message says why, and how to change it.</summary>
public sealed class InvalidFunctionException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="function">The method.</param>
    /// <param name="problem">Why it cannot be a task function, and what to do.</param>
    public InvalidFunctionException(string function, string problem)
        : base($"{function} cannot be a task function: {problem}")
        => Function = function;

    /// <summary>The method, as its declaring type and name.</summary>
    public string Function { get; }
}
