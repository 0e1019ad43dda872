namespace QCluster;

/// <summary>Two task functions have one name, or one is registered twice.</summary>
public sealed class AlreadyRegisteredException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="name">The name.</param>
    /// <param name="existing">The function that is registered under it.</param>
    /// <param name="refused">The function that was refused.</param>
    public AlreadyRegisteredException(string name, string existing, string refused)
        : base(existing == refused
            ? $"The task '{name}' is already registered, as {existing}: register it once, or call Unregister first. AddAssembly registers all functions of an assembly."
            : $"The task function name '{name}' is taken by {existing}, so {refused} cannot have it: give one of them another name with [TaskFunction(\"...\")].")
        => Name = name;

    /// <summary>The name of both.</summary>
    public string Name { get; }
}
