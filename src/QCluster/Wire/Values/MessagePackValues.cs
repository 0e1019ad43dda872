using System.Collections.Concurrent;
using MessagePack;

namespace QCluster.Wire;

/// <summary>Values of the types that carry MessagePack-CSharp's marks, written and read by its serializer. Thread-safe.</summary>
internal sealed class MessagePackValues
{
    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    // The package's options compile a regular expression and load its resolvers: not at the start of each process, but for the first marked value.
    private readonly Lazy<MessagePackSerializerOptions> _options;

    /// <param name="options">Its resolver and security are used; with security for trusted data, that for untrusted data takes its place.</param>
    public MessagePackValues(MessagePackSerializerOptions? options)
    {
        Check(options);
        _options = new Lazy<MessagePackSerializerOptions>(() => Guarded(options ?? MessagePackSerializerOptions.Standard));
    }

    /// <exception cref="InvalidSettingException">With these options others could not read what is written.</exception>
    public static void Check(MessagePackSerializerOptions? options)
    {
        if (options is { Compression: not MessagePackCompression.None })
            throw new InvalidSettingException("MessagePack", $"options with {options.Compression}", "leave its compression off, and set compress, which compresses whole packets");
        if (options is { OldSpec: true })
            throw new InvalidSettingException("MessagePack", "options with OldSpec", "leave OldSpec off: it has neither binary nor timestamps");
    }

    /// <summary>Whether several types stand in for this one, so that its values carry a mark of which they are.</summary>
    public static bool IsUnion(Type type) => type.IsDefined(typeof(UnionAttribute), inherit: false);

    /// <summary>Whether a type is marked, or is an array, a collection, a tuple or a nullable of such a type.</summary>
    public static bool Claims(Type type) => Known.GetOrAdd(type, static type =>
    {
        if (type.IsDefined(typeof(MessagePackObjectAttribute), inherit: true) || IsUnion(type) || type.IsDefined(typeof(MessagePackFormatterAttribute), inherit: false))
            return true;
        if (type.IsArray)
            return Claims(type.GetElementType()!);
        return type.IsConstructedGenericType && type.Namespace is { } space && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal))
            && UnserialisableConverterFactory.WhyNot(type) is null && type.GetGenericArguments().Any(Claims);
    });

    /// <exception cref="SerializationException">It cannot be written, or not so that others can read it.</exception>
    public void Write(ref MessagePackWriter writer, object value, Type type, int depth)
    {
        using var scratch = ValueScratch.Rent();
        try
        {
            var own = new MessagePackWriter(scratch.Buffer);
            MessagePackSerializer.Serialize(type, ref own, value, _options.Value);
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

    /// <exception cref="WireFormatException">What stands there does not fit the type.</exception>
    /// <exception cref="SerializationException">The type can never be read.</exception>
    public object? Read(ref WireReader reader, Type type)
    {
        var start = reader.Consumed;
        var bytes = reader.ReadRaw(strict: true);
        var own = new MessagePackReader(bytes);
        try
        {
            var value = MessagePackSerializer.Deserialize(type, ref own, _options.Value);
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
            return _options.Value.Resolver.GetFormatterDynamic(type) is not null;
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
