namespace QCluster;

/// <summary>No function, or task class, of this name is registered.</summary>
public sealed class NotRegisteredException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="name">The name.</param>
    /// <param name="where">The place of the search, and the remedy.</param>
    public NotRegisteredException(string name, string where)
        : base($"The task '{name}' is not registered {where}")
        => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }
}
