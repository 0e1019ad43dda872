using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire.Values;

/// <summary>Refuses, at any depth, values without meaning in another process, where JSON would write useless members or fail obscurely.</summary>
internal sealed class UnserialisableConverterFactory : JsonConverterFactory
{
    private static readonly (Type Type, string Why)[] Refused =
    [
        (typeof(Delegate), "code does not travel. Register a function and send its name."),
        (typeof(Expression), "code does not travel. Register a function and send its name."),
        (typeof(Type), "a type may not exist in the other process. Send a name, and look it up in a table of your own there."),
        (typeof(MemberInfo), "a member may not exist in the other process. Send a name."),
        (typeof(Assembly), "an assembly may not exist in the other process. Send a name."),
        (typeof(nint), "an address means nothing in another process. Send the data it points to."),
        (typeof(nuint), "an address means nothing in another process. Send the data it points to."),
        (typeof(Pointer), "an address means nothing in another process. Send the data it points to."),
        (typeof(SafeHandle), "an open handle means nothing in another process. Send the path or the data."),
        (typeof(Task), "work under way cannot move to another process. Await it and send its value."),
        (typeof(ValueTask), "work under way cannot move to another process. Await it and send its value."),
        (typeof(Stream), "an open stream cannot move to another process. Send a byte[] or a path."),
        (typeof(TextReader), "an open reader cannot move to another process. Send the text or a path."),
        (typeof(TextWriter), "an open writer cannot move to another process. Send a path."),
        (typeof(Thread), "a thread cannot move to another process."),
        (typeof(WaitHandle), "a lock cannot move to another process."),
        (typeof(CancellationToken), "a token cannot move to another process. The task function may declare one: it is given its own."),
        (typeof(CancellationTokenSource), "a token cannot move to another process. The task function may declare one: it is given its own."),
        (typeof(IServiceProvider), "services cannot move to another process. The task function may take them through its constructor."),
    ];

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "An interface that trimming has removed from a type is used by nobody.")]
    public static string? WhyNot(Type type)
    {
        foreach (var (refused, why) in Refused)
        {
            if (refused.IsAssignableFrom(type))
                return why;
        }

        return type.GetInterfaces().Append(type).Any(static part => part.IsGenericType && IsWorkUnderWay(part.GetGenericTypeDefinition()))
            ? "work under way cannot move to another process. Await it and send its value."
            : null;
    }

    private static bool IsWorkUnderWay(Type definition) => definition == typeof(ValueTask<>) || definition == typeof(IAsyncEnumerable<>);

    public override bool CanConvert(Type typeToConvert) => WhyNot(typeToConvert) is not null;

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only made where ReflectionSupport.IsEnabled.")]
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Refusal<>).MakeGenericType(typeToConvert))!;

    private sealed class Refusal<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw ValueErrors.CannotSend(typeof(T), WhyNot(typeof(T))!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw ValueErrors.CannotSend(value?.GetType() ?? typeof(T), WhyNot(typeof(T))!);
    }
}
