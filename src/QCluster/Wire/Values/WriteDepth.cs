namespace QCluster.Wire.Values;

/// <summary>The number of nested formatters that are active on this thread.</summary>
internal static class WriteDepth
{
    private const int Limit = ValueSerializer.MaxDepth * 4;

    [ThreadStatic]
    private static int _depth;

    /// <exception cref="InsufficientExecutionStackException">There are too many. The package throws the same when it reads too deep a value.</exception>
    public static void Enter()
    {
        if (_depth >= Limit)
            throw new InsufficientExecutionStackException($"More than {Limit} formatters are at work within each other.");
        _depth++;
    }

    public static void Leave() => _depth--;
}
