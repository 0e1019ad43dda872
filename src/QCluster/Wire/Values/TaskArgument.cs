using QCluster.Wire.Values;

namespace QCluster;

/// <summary>
/// An argument with the type that the function declares for it. Calls by expression, by starter and of task classes know that type; a call by name does not, and
/// writes the value by its own type. That makes a difference if the value contains a mark of its type (System.Text.Json's <c>[JsonDerivedType]</c>, MessagePack's <c>[Union]</c>): write <c>TaskArgument.As&lt;Shape&gt;(circle)</c> there.
/// </summary>
/// <param name="Value">The value.</param>
/// <param name="Type">The type as which it is written.</param>
public sealed record TaskArgument(object? Value, Type Type)
{
    /// <summary>Creates an argument that is written as a type.</summary>
    /// <typeparam name="T">The type of the function's parameter.</typeparam>
    /// <param name="value">The value.</param>
    public static TaskArgument As<T>(T value) => new(value, typeof(T));

    /// <summary>The same if it makes a difference; else the value alone.</summary>
    internal static object? Declared(object? value, Type type) =>
        value is null or TaskArgument or PreviousResult || type.IsValueType || type == typeof(object) || DirectFormats.Find(type) is not null || !type.IsInstanceOfType(value) ? value : new TaskArgument(value, type);
}
