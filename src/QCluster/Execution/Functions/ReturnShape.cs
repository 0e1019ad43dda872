namespace QCluster.Execution.Functions;

/// <summary>The return types that are awaited.</summary>
internal static class ReturnShape
{
    public static bool IsAwaitable(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || Definition(type) == typeof(ValueTask<>);

    /// <summary>The type of the final value; null without a value.</summary>
    public static Type? ValueOf(Type type)
    {
        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
            return null;
        return Definition(type) is { } definition && (definition == typeof(Task<>) || definition == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : type;
    }

    private static Type? Definition(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : null;
}
