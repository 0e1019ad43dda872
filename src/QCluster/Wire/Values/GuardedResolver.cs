using System.Runtime.CompilerServices;
using MessagePack;
using MessagePack.Formatters;

namespace QCluster.Wire;

/// <summary>
/// The user's resolver. An object that contains itself is an error here instead of a stack overflow, since formatters ask for the next formatter at each level; and half
/// a surrogate pair is refused where the package's own formatters would put U+FFFD in its place.
/// </summary>
internal sealed class GuardedResolver(IFormatterResolver inner) : IFormatterResolver
{
    public IMessagePackFormatter<T>? GetFormatter<T>()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var formatter = inner.GetFormatter<T>();
        return (object?)formatter switch
        {
            NullableStringFormatter => (IMessagePackFormatter<T>)(object)StrictString.Instance,
            NullableStringArrayFormatter => (IMessagePackFormatter<T>)(object)StrictStringArray.Instance,
            DynamicObjectTypeFallbackFormatter => (IMessagePackFormatter<T>)(object)StrictObject.Instance,
            _ => formatter,
        };
    }

    private sealed class StrictString : IMessagePackFormatter<string?>
    {
        public static readonly StrictString Instance = new();

        public void Serialize(ref MessagePackWriter writer, string? value, MessagePackSerializerOptions options) => writer.WriteText(value);

        public string? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => reader.ReadString();
    }

    private sealed class StrictStringArray : IMessagePackFormatter<string?[]?>
    {
        public static readonly StrictStringArray Instance = new();

        public void Serialize(ref MessagePackWriter writer, string?[]? value, MessagePackSerializerOptions options)
        {
            if (value is null)
            {
                writer.WriteNil();
                return;
            }

            writer.WriteArrayHeader(value.Length);
            foreach (var text in value)
                writer.WriteText(text);
        }

        public string?[]? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => NullableStringArrayFormatter.Instance.Deserialize(ref reader, options);
    }

    private sealed class StrictObject : IMessagePackFormatter<object?>
    {
        public static readonly StrictObject Instance = new();

        public void Serialize(ref MessagePackWriter writer, object? value, MessagePackSerializerOptions options)
        {
            if (value is string text)
                writer.WriteText(text);
            else
                DynamicObjectTypeFallbackFormatter.Instance.Serialize(ref writer, value, options);
        }

        public object? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => DynamicObjectTypeFallbackFormatter.Instance.Deserialize(ref reader, options);
    }
}
