using System.Collections.Concurrent;
using MessagePack;
using MessagePack.Formatters;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>
/// The user's resolver. An object that contains itself is an error here, not a stack overflow or an endless buffer; and half a surrogate pair is refused, while
/// the package's own formatters would write U+FFFD.
/// </summary>
internal sealed class GuardedResolver(IFormatterResolver inner) : IFormatterResolver
{
    private readonly ConcurrentDictionary<Type, object?> _formatters = new();

    public IMessagePackFormatter<T>? GetFormatter<T>() =>
        (IMessagePackFormatter<T>?)_formatters.GetOrAdd(typeof(T), static (_, inner) => Guard(inner.GetFormatter<T>()), inner);

    private static object? Guard<T>(IMessagePackFormatter<T>? formatter) => (object?)formatter switch
    {
        null => null,
        NullableStringFormatter => StrictString.Instance,
        NullableStringArrayFormatter => StrictStringArray.Instance,
        DynamicObjectTypeFallbackFormatter => StrictObject.Instance,
        _ => Type.GetTypeCode(typeof(T)) == TypeCode.Object ? new DepthGuard<T>(formatter!) : formatter,
    };

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
