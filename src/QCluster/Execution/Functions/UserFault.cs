using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using MessagePack;

namespace QCluster.Execution.Functions;

/// <summary>Distinguishes exceptions of a value's own code while it is written (an iterator, a property, a converter) from errors of the serialiser about its type.</summary>
internal static class UserFault
{
    /// <param name="error">The exception while the value was written.</param>
    /// <returns>The exception of the user's code, or null.</returns>
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
