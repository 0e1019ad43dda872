namespace QCluster;

/// <summary>A method that cannot be a task function: the message gives the reason and the remedy.</summary>
public sealed class InvalidFunctionException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="function">The method.</param>
    /// <param name="problem">The reason and the remedy.</param>
    public InvalidFunctionException(string function, string problem)
        : base($"{function} cannot be a task function: {problem}")
        => Function = function;

    /// <summary>The method, as its declaring type and name.</summary>
    public string Function { get; }
}
