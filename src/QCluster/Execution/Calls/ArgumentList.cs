namespace QCluster.Execution.Calls;

/// <summary>The arguments of a call, for every way in which C# passes them: one rule for arrays of every element type, for null, and for arguments by name.</summary>
internal static class ArgumentList
{
    /// <summary>An <c>object[]</c> is the list of the arguments; an array of any other element type is one argument, and so is null. Named arguments are separated.</summary>
    public static (IReadOnlyList<object?> Args, IReadOnlyDictionary<string, object?>? Kwargs) Of(object?[]? args)
    {
        if (args is null)
            return ([null], null);
        if (args.GetType() != typeof(object[]))
            return ([args], null);
        var named = args.OfType<KeywordArguments>().ToArray();
        return named.Length == 0
            ? (args, null)
            : ([.. args.Where(a => a is not KeywordArguments)], named.Length == 1 ? named[0] : KeywordArguments.From(named.SelectMany(n => n)));
    }

    /// <summary>The same for one call of many: a value other than <c>object[]</c> is the only argument.</summary>
    public static (IReadOnlyList<object?> Args, IReadOnlyDictionary<string, object?>? Kwargs) OfElement(object? element) =>
        element?.GetType() == typeof(object[]) ? Of((object?[])element) : Of([element]);
}
