namespace QCluster;

/// <summary>
/// An argument that travels as a declared type says, where arguments otherwise travel as what they are: for a parameter of a type that several types stand in for, such as one with
/// MessagePack's <c>[Union]</c> or System.Text.Json's <c>[JsonDerivedType]</c>, whose values carry a mark of which it is.
/// </summary>
/// <remarks>
/// Calls by expression and generated starters do this themselves for parameters of a <c>[Union]</c> type. It stands for its value anywhere among the arguments, also within arrays and
/// dictionaries of <see cref="object"/>.
/// </remarks>
public sealed class TaskArgument
{
    private TaskArgument(object? value, Type type)
    {
        Value = value;
        Type = type;
    }

    internal object? Value { get; }

    internal Type Type { get; }

    /// <summary>The argument, to be written as this type says.</summary>
    /// <typeparam name="T">The type of the parameter.</typeparam>
    /// <param name="value">The argument.</param>
    public static TaskArgument As<T>(T value) => new(value, typeof(T));

    internal static TaskArgument As(object? value, Type type) => new(value, type);
}
