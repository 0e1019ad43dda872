namespace QCluster;

/// <summary>The arguments of one call.</summary>
/// <param name="Args">By position.</param>
/// <param name="Kwargs">By name; null = none.</param>
public sealed record TaskArguments(IReadOnlyList<object?> Args, IReadOnlyDictionary<string, object?>? Kwargs = null)
{
    /// <summary>Arguments by position only.</summary>
    /// <param name="args">The arguments.</param>
    public static implicit operator TaskArguments(object?[] args) => new(args, null);

    /// <inheritdoc cref="op_Implicit(object?[])" />
    public static TaskArguments FromObjectArray(object?[] args) => new(args, null);

    /// <summary>Arguments by name only.</summary>
    /// <param name="kwargs">The arguments.</param>
    public static implicit operator TaskArguments(Dictionary<string, object?> kwargs) => new([], kwargs);

    /// <inheritdoc cref="op_Implicit(Dictionary{string, object?})" />
    public static TaskArguments FromDictionary(Dictionary<string, object?> kwargs) => new([], kwargs);
}
