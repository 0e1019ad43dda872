using System.Collections.Concurrent;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Values of the types that carry MessagePack-CSharp's marks, written and read by its serializer. Thread-safe.</summary>
internal sealed class MessagePackValues
{
    private const string NotTrimmed = "it has MessagePack's marks, which the package reads by reflection, and this program was trimmed. Send a type without them, with a generated JSON contract.";

    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    // The package's options compile a regular expression and load its resolvers: not at the start of each process, but for the first marked value.
    private readonly Lazy<MessagePackSerializerOptions>? _options; // null: the program was trimmed

    /// <param name="options">Give the resolver and the security; the security for untrusted data replaces that for trusted data.</param>
    public MessagePackValues(MessagePackSerializerOptions? options)
    {
        Check(options);
        if (ReflectionSupport.IsEnabled)
            _options = new Lazy<MessagePackSerializerOptions>(() => Guarded(options ?? MessagePackSerializerOptions.Standard));
    }

    /// <exception cref="InvalidSettingException">With these options others could not read the written bytes.</exception>
    public static void Check(MessagePackSerializerOptions? options)
    {
        if (options is { Compression: not MessagePackCompression.None })
            throw new InvalidSettingException("MessagePack", $"options with {options.Compression}", "leave its compression off, and set compress, which compresses whole packets");
        if (options is { OldSpec: true })
            throw new InvalidSettingException("MessagePack", "options with OldSpec", "leave OldSpec off: it has neither binary nor timestamps");
    }

    /// <summary>Tells whether the type is a union, so that its values carry a mark of their type.</summary>
    public static bool IsUnion(Type type) => type.IsDefined(typeof(UnionAttribute), inherit: false);

    /// <summary>Tells whether a type is marked, or is an array, a collection, a tuple or a nullable of a marked type.</summary>
    public static bool Claims(Type type) => Known.GetOrAdd(type, static type =>
    {
        if (type.IsDefined(typeof(MessagePackObjectAttribute), inherit: true) || IsUnion(type) || type.IsDefined(typeof(MessagePackFormatterAttribute), inherit: false))
            return true;
        if (type.IsArray)
            return Claims(type.GetElementType()!);
        return type.IsConstructedGenericType && type.Namespace is { } space && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal))
            && UnserialisableConverterFactory.WhyNot(type) is null && type.GetGenericArguments().Any(Claims);
    });

    /// <exception cref="SerializationException">The value cannot be written, or others could not read it.</exception>
    public void Write(ref MessagePackWriter writer, object value, Type type, int depth)
    {
        if (!ReflectionSupport.IsEnabled)
            throw ValueErrors.CannotSend(type, NotTrimmed);
        WriteMarked(ref writer, value, type, depth);
    }

    private void WriteMarked(ref MessagePackWriter writer, object value, Type type, int depth)
    {
        using var scratch = ValueScratch.Rent();
        try
        {
            var own = new MessagePackWriter(scratch.Buffer);
            MessagePackSerializer.Serialize(type, ref own, value, _options!.Value);
            own.Flush();
        }
        // Formatters and property getters are the user's code and may throw anything.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw ValueErrors.CannotSend(type, Explain(type, e), e);
        }

        CheckWritten(scratch.Buffer.WrittenMemory, type, depth);
        writer.WriteRaw(scratch.Buffer.WrittenSpan);
    }

    /// <exception cref="WireFormatException">The bytes do not fit the type.</exception>
    /// <exception cref="SerializationException">The type can never be read.</exception>
    public object? Read(ref WireReader reader, Type type)
    {
        if (!ReflectionSupport.IsEnabled)
            throw new SerializationException($"No value can be read as {type}: {NotTrimmed}");
        return ReadMarked(ref reader, type);
    }

    private object? ReadMarked(ref WireReader reader, Type type)
    {
        var start = reader.Consumed;
        var bytes = reader.ReadRaw(strict: true);
        var own = new MessagePackReader(bytes);
        try
        {
            var value = MessagePackSerializer.Deserialize(type, ref own, _options!.Value);
            return own.End ? value : throw new WireFormatException($"The value at offset {start} cannot be read as {type}: its formatter leaves {bytes.Length - own.Consumed} of {bytes.Length} bytes.");
        }
        // Formatters and constructors are the user's code and may throw anything; the bytes made them.
        catch (Exception e) when (e is not (QClusterException or OutOfMemoryException))
        {
            throw IsReadable(type, e)
                ? new WireFormatException($"The value at offset {start} cannot be read as {type}: near offset {start + own.Consumed}, {e.GetBaseException().Message}", e)
                : new SerializationException($"No value can be read as {type}: {Explain(type, e)}", e);
        }
    }

    // Formatters are the user's code: what they wrote must be what any reader takes for one value.
    private static void CheckWritten(ReadOnlyMemory<byte> written, Type type, int depth)
    {
        try
        {
            var reader = new WireReader(written, ValueSerializer.MaxDepth - depth);
            reader.ReadRaw(strict: true);
            if (!reader.End)
                throw ValueErrors.CannotSend(type, $"its formatter writes more than one value: {reader.Remaining} bytes follow the first.");
        }
        catch (WireFormatException e)
        {
            throw ValueErrors.CannotSend(type, $"what its formatter writes would be refused: {e.Message}", e);
        }
    }

    private static MessagePackSerializerOptions Guarded(MessagePackSerializerOptions options) => options
        .WithResolver(new GuardedResolver(options.Resolver))
        .WithSecurity(options.Security.HashCollisionResistant ? options.Security : MessagePackSecurity.UntrustedData);

    private bool IsReadable(Type type, Exception e)
    {
        if (e.GetBaseException() is FormatterNotRegisteredException or TypeAccessException)
            return false;
        try
        {
            return _options!.Value.Resolver.GetFormatterDynamic(type) is not null;
        }
        catch (Exception unknown) when (unknown is MessagePackSerializationException or TypeInitializationException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Explain(Type type, Exception e) => e.GetBaseException() switch
    {
        InsufficientExecutionStackException => $"it contains itself or is nested deeper than {ValueSerializer.MaxDepth} levels. Break the cycle with [IgnoreMember], or send ids.",
        FormatterNotRegisteredException missing => $"{missing.Message}. Mark that type with [MessagePackObject], or set a resolver that knows it (QClusterOptions.MessagePack).",
        MessagePackSerializationException or TypeLoadException when !type.IsVisible =>
            $"{e.GetBaseException().Message} Make the type, and those around it, public, or set a resolver for private ones such as StandardResolverAllowPrivate (QClusterOptions.MessagePack).",
        var cause => cause.Message,
    };
}
