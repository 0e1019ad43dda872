using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using MessagePack;

namespace QCluster.Execution.Functions;

/// <summary>Tells what a value's own code threw while it was being written (an iterator, a property, a converter) from what the serialiser says of its type.</summary>
internal static class UserFault
{
    /// <param name="error">What came out of writing the value.</param>
    /// <returns>What the user's code threw; null when it threw nothing.</returns>
    public static Exception? In(Exception error)
    {
        if (error is not SerializationException { InnerException: { } inner })
            return null;
        // Those that say what is not supported are wrapped once more, with the path.
        var thrown = inner is NotSupportedException { InnerException: NotSupportedException own } ? own : inner;
        while (thrown is MessagePackSerializationException { InnerException: { } cause })
            thrown = cause;
        return thrown is not (JsonException or MessagePackSerializationException or QClusterException) && PassedUserCode(thrown) ? thrown : null;
    }

    private static bool PassedUserCode(Exception thrown)
    {
        foreach (var frame in new StackTrace(thrown).GetFrames())
        {
            if (DiagnosticMethodInfo.Create(frame)?.DeclaringAssemblyName is not { } assembly)
                continue;
            if (assembly == typeof(JsonSerializer).Assembly.FullName || assembly == typeof(UserFault).Assembly.FullName)
                return false;
            // MessagePack makes its formatters in an assembly of its own.
            if (new AssemblyName(assembly).Name is not { } name || name.StartsWith("MessagePack", StringComparison.Ordinal))
                return false;
            if (!name.StartsWith("System.", StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
