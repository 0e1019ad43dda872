using System.Collections;
using System.Runtime.CompilerServices;
using QCluster.Execution.Calls;

namespace QCluster.TaskClasses;

/// <summary>The arguments of one call: a list such as <c>["http://a", 5]</c>, which may end with <see cref="KeywordArguments"/>.</summary>
/// <param name="Args">The arguments by position.</param>
/// <param name="Kwargs">The arguments by name; null = none.</param>
[CollectionBuilder(typeof(TaskArguments), nameof(Create))]
public sealed record TaskArguments(IReadOnlyList<object?> Args, IReadOnlyDictionary<string, object?>? Kwargs = null) : IEnumerable<object?>
{
    /// <summary>The arguments by position.</summary>
    public IReadOnlyList<object?> Args { get; init; } = Args ?? throw new ArgumentNullException(nameof(Args));

    /// <summary>Creates arguments from a list.</summary>
    /// <param name="arguments">The arguments.</param>
    public static TaskArguments Create(ReadOnlySpan<object?> arguments) => arguments.ToArray();

    /// <summary>Creates arguments from a list.</summary>
    /// <param name="args">The arguments.</param>
    public static implicit operator TaskArguments(object?[] args)
    {
        var (positional, named) = ArgumentList.Of(args);
        return new(positional, named);
    }

    /// <inheritdoc cref="op_Implicit(object?[])" />
    public static TaskArguments FromObjectArray(object?[] args) => args;

    /// <summary>Arguments by name only.</summary>
    /// <param name="kwargs">The arguments.</param>
    public static implicit operator TaskArguments(Dictionary<string, object?> kwargs) => new([], kwargs);

    /// <inheritdoc cref="op_Implicit(Dictionary{string, object?})" />
    public static TaskArguments FromDictionary(Dictionary<string, object?> kwargs) => new([], kwargs);

    /// <summary>Arguments by name only: <c>Tasks.Named(("url", "http://a"))</c>.</summary>
    /// <param name="kwargs">The arguments.</param>
    public static implicit operator TaskArguments(KeywordArguments kwargs) => new([], kwargs ?? throw new ArgumentNullException(nameof(kwargs)));

    /// <inheritdoc cref="op_Implicit(KeywordArguments)" />
    public static TaskArguments FromKeywordArguments(KeywordArguments kwargs) => kwargs;

    /// <summary>The arguments by position.</summary>
    public IEnumerator<object?> GetEnumerator() => Args.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
