namespace QCluster;

/// <summary>A type of exception, or its name if the type is not available. Includes the types derived from it.</summary>
/// <param name="Name">The type's full name, or its name alone.</param>
public readonly record struct ErrorType(string Name)
{
    /// <summary>The type itself.</summary>
    /// <param name="type">A type of exception.</param>
    public static implicit operator ErrorType(Type type) => FromType(type);

    /// <summary>A type by its name.</summary>
    /// <param name="name">The full name, or the name alone.</param>
    public static implicit operator ErrorType(string name) => FromString(name);

    /// <inheritdoc cref="op_Implicit(Type)" />
    public static ErrorType FromType(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new ErrorType(type.FullName ?? type.Name);
    }

    /// <inheritdoc cref="op_Implicit(string)" />
    public static ErrorType FromString(string name) => new(name);

    /// <inheritdoc />
    public override string ToString() => Name;

    internal bool Matches(Type? thrown)
    {
        for (; thrown is not null; thrown = thrown.BaseType)
        {
            if (string.Equals(thrown.FullName, Name, StringComparison.Ordinal) || string.Equals(thrown.Name, Name, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    internal static string? Join(IReadOnlyList<ErrorType>? types) => types is { Count: > 0 } ? string.Join(';', types.Select(t => t.Name)) : null;

    internal static ErrorType[] Split(string? names) =>
        names is null ? [] : [.. names.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(n => new ErrorType(n))];
}
