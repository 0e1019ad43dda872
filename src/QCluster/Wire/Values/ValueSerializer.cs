using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MessagePack;
using QCluster.Model.Errors;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>
/// .NET values to MessagePack and back. Common types go directly, types with MessagePack-CSharp's marks by its serializer, and every other
/// type by its System.Text.Json contract, so attributes, converters and source-generated contexts hold here too. Thread-safe.
/// </summary>
/// <remarks>
/// A write that fails throws <see cref="SerializationException"/> and may have written a part: the caller discards the
/// output. A read that fails throws <see cref="WireFormatException"/> for bytes that do not fit the type and
/// <see cref="SerializationException"/> for a type that can never be read; where the reader then stands is not defined.
/// </remarks>
internal sealed class ValueSerializer
{
    /// <summary>The maximum depth of a value: below <see cref="WireLimits.DefaultMaxDepth"/>, since packets nest around it.</summary>
    public const int MaxDepth = 60;

    private const string NeedsContract = "This program was trimmed, so it needs a generated contract of each such type: [JsonSerializable] in a JsonSerializerContext that is the TypeInfoResolver of QClusterOptions.Json.";

    private readonly JsonSerializerOptions _json;
    private readonly MessagePackValues _messagePack;
    private readonly JsonConverter[] _ownConverters;
    private readonly bool _isObjectOverridden;
    private readonly RoundTripRule _roundTrip;
    private readonly KindRule _kinds;
    private readonly ConcurrentDictionary<Type, ValueFormat?> _formats = new();

    public static ValueSerializer Default { get; } = new();

    public ValueSerializer(JsonSerializerOptions? options = null, MessagePackSerializerOptions? messagePack = null)
    {
        _messagePack = new MessagePackValues(messagePack);
        _ownConverters = options is null ? [] : [.. options.Converters];
        _isObjectOverridden = IsOverridden(typeof(object));
        _json = options is null ? new JsonSerializerOptions() : new JsonSerializerOptions(options);
        _json.MaxDepth = MaxDepth;
        _json.WriteIndented = false;
        _json.NumberHandling |= JsonNumberHandling.AllowNamedFloatingPointLiterals;
        // Writers in other languages do not promise an order of a map's keys.
        _json.AllowOutOfOrderMetadataProperties = true;
        // The members of an object are matched as the arguments of a call are: see docs/wire-format.md.
        _json.PropertyNameCaseInsensitive = true;
        // Two members that differ in case only are one member twice: the last would win, and the other be lost.
        _json.AllowDuplicateProperties = false;
        _json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        _json.RespectRequiredConstructorParameters = true;
        _json.RespectNullableAnnotations = true;
        _json.Converters.Add(new StrictStringConverter());
        _json.Converters.Add(new BigIntegerConverter());
        _json.Converters.Add(new ObjectConverter(CheckValue));
        // A trimmed program has only the contracts of its options.
        if (ReflectionSupport.IsEnabled)
            UseReflection(_json);
        _json.TypeInfoResolver = JsonTypeInfoResolver.Combine(_json.TypeInfoResolver).WithAddedModifier(RefuseSilentLoss);
        _json.MakeReadOnly();
        _roundTrip = new RoundTripRule(_json);
        _kinds = new KindRule(_json);
    }

    /// <summary>Creates a serializer with a client's or a cluster's settings.</summary>
    public static ValueSerializer Of(JsonSerializerOptions? json, MessagePackSerializerOptions? messagePack) => new(json, messagePack);

    public void Write<T>(ref MessagePackWriter writer, T value)
    {
        if (value is null)
            writer.WriteNil();
        else if (FormatOf<T>() is { } format)
            format.Write(ref writer, value);
        else
            Write(ref writer, value, typeof(T), depth: 0);
    }

    /// <summary>Writes a value by its declared type; one declared as object, by its runtime type.</summary>
    public void Write(ref MessagePackWriter writer, object? value, Type declaredType) => Write(ref writer, value, declaredType, depth: 0);

    public T Read<T>(ref WireReader reader)
    {
        if (FormatOf<T>() is not { } format)
            return (T)Read(ref reader, typeof(T))!;
        return default(T) is null && reader.TryReadNil() ? default! : format.Read(ref reader);
    }

    public object? Read(ref WireReader reader, Type type)
    {
        if (type == typeof(object))
            return UntypedReader.Read(ref reader);
        if (FormatOf(type) is { } format)
            return !type.IsValueType && reader.TryReadNil() ? null : format.ReadObject(ref reader);
        if (IsMessagePack(type))
            return _messagePack.Read(ref reader, type);
        if (_isObjectOverridden)
            return ReadJson(ref reader, type);
        if (type == typeof(object[]))
            return reader.TryReadNil() ? null : UntypedReader.ReadArray(ref reader);
        if (type == typeof(List<object>))
            return reader.TryReadNil() ? null : new List<object?>(UntypedReader.ReadArray(ref reader));
        if (type == typeof(Dictionary<string, object>))
            return reader.TryReadNil() ? null : UntypedReader.ReadMap(ref reader);
        return ReadJson(ref reader, type);
    }

    /// <summary>
    /// Reads a value without a type: null, bool, long (or ulong), double, string, byte[], DateTimeOffset, decimal or BigInteger,
    /// object?[], Dictionary of string to object?.
    /// </summary>
    public object? ReadUntyped(ref WireReader reader) => UntypedReader.Read(ref reader);

    /// <summary>Returns why values of a type cannot be read back as they were written, with the remedy; null if they can.</summary>
    public string? ProblemOf(Type type) => _roundTrip.Problem(type);

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTypes)]
    [RequiresDynamicCode(ReflectionSupport.ReadsTypes)]
    private static void UseReflection(JsonSerializerOptions json)
    {
        json.Converters.Add(new UnserialisableConverterFactory());
        json.Converters.Add(new EnumNameConverterFactory());
        if (!json.IncludeFields)
            json.Converters.Add(new ValueTupleConverterFactory());
        json.TypeInfoResolver = JsonTypeInfoResolver.Combine(json.TypeInfoResolver, new DefaultJsonTypeInfoResolver());
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Fields that trimming has removed are used by nobody, so nothing of them can be lost.")]
    private static void RefuseSilentLoss(JsonTypeInfo info)
    {
        if (info.Kind == JsonTypeInfoKind.Object && info.Properties.Count == 0 && info.PolymorphismOptions is null
            && info.Type.GetFields().Any(static field => !field.IsStatic))
        {
            throw ValueErrors.CannotSend(info.Type, "its data is in public fields, which would be lost. Use properties, mark the fields [JsonInclude], or set IncludeFields.");
        }
    }

    private ValueFormat<T>? FormatOf<T>()
    {
        if (_ownConverters.Length > 0 || typeof(T).IsEnum)
            return FormatOf(typeof(T)) as ValueFormat<T>;
        return DirectFormat<T>.Instance;
    }

    private ValueFormat? FormatOf(Type type) => _formats.GetOrAdd(type, static (type, self) => self.CreateFormat(type), this);

    private ValueFormat? CreateFormat(Type type)
    {
        if (IsOverridden(type) || MessagePackValues.Claims(type))
            return null;
        if (!type.IsEnum)
            return DirectFormats.Find(type);
        try
        {
            return EnumFormat.TryCreate(type, _json);
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or InvalidOperationException)
        {
            throw ValueErrors.CannotSend(type, e.Message, e);
        }
    }

    private bool IsMessagePack(Type type) => MessagePackValues.Claims(type) && !IsOverridden(type);

    private bool IsOverridden(Type type)
    {
        if (_ownConverters.Length == 0)
            return false;
        Type[] parts = type.IsArray ? [type, type.GetElementType()!] : [type, .. type.GetGenericArguments()];
        return parts.Any(part => _ownConverters.Any(converter => converter.CanConvert(part)));
    }

    private void Write(ref MessagePackWriter writer, object? value, Type declaredType, int depth)
    {
        if (value is TaskArgument argument)
            (value, declaredType) = (argument.Value, argument.Type);
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        var type = declaredType == typeof(object) || Nullable.GetUnderlyingType(declaredType) is not null ? value.GetType() : declaredType;
        if (!type.IsInstanceOfType(value))
            throw ValueErrors.CannotSend(value.GetType(), $"it is not of the declared type {type}. Convert it first.");
        if (FormatOf(type) is { } format)
            format.WriteObject(ref writer, value);
        else if (IsMessagePack(type))
            _messagePack.Write(ref writer, value, type, depth);
        else if (_isObjectOverridden)
            WriteChecked(ref writer, value, type, declaredType, depth);
        else if (type == typeof(object[]) || type == typeof(List<object>))
            WriteArray(ref writer, (IReadOnlyList<object?>)value, depth);
        else if (type == typeof(Dictionary<string, object>))
            WriteMap(ref writer, (Dictionary<string, object?>)value, depth);
        else
            WriteChecked(ref writer, value, type, declaredType, depth);
    }

    private void WriteChecked(ref MessagePackWriter writer, object value, Type type, Type declaredType, int depth)
    {
        var problem = declaredType == typeof(object)
            ? _roundTrip.ProblemOfValue(type) ?? _kinds.ProblemOfUndeclared(type)
            : _roundTrip.Problem(type) ?? (value.GetType() == type ? null : _kinds.ProblemOfOther(type, value.GetType()));
        if (problem is not null)
            throw ValueErrors.CannotSend(type, problem);
        WriteJson(ref writer, value, type, depth);
    }

    private void CheckValue(Type type)
    {
        if (_roundTrip.ProblemOfValue(type) is { } problem)
            throw ValueErrors.CannotSend(type, problem);
    }

    private void WriteArray(ref MessagePackWriter writer, IReadOnlyList<object?> items, int depth)
    {
        if (depth >= MaxDepth)
            throw ValueErrors.TooDeep();
        writer.WriteArrayHeader(items.Count);
        for (var i = 0; i < items.Count; i++)
            Write(ref writer, items[i], typeof(object), depth + 1);
    }

    private void WriteMap(ref MessagePackWriter writer, Dictionary<string, object?> items, int depth)
    {
        if (depth >= MaxDepth)
            throw ValueErrors.TooDeep();
        writer.WriteMapHeader(items.Count);
        foreach (var (key, item) in items)
        {
            writer.WriteText(key);
            Write(ref writer, item, typeof(object), depth + 1);
        }
    }

    private void WriteJson(ref MessagePackWriter writer, object value, Type type, int depth)
    {
        using var scratch = ValueScratch.Rent();
        try
        {
            JsonSerializer.Serialize(scratch.Writer, value, _json.GetTypeInfo(type));
            scratch.Writer.Flush();
            JsonToMessagePack.Write(scratch.Buffer.WrittenSpan, ref writer, MaxDepth - depth);
        }
        // Property getters and converters are the user's code and may throw anything.
        catch (Exception e) when (e is not (QClusterException or OutOfMemoryException))
        {
            throw ValueErrors.CannotSend(value.GetType(), Explain(e), e);
        }
    }

    private object? ReadJson(ref WireReader reader, Type type)
    {
        var start = reader.Consumed;
        using var scratch = ValueScratch.Rent();
        var contract = ContractOf(type);
        try
        {
            MessagePackToJson.Write(ref reader, scratch.Writer);
            scratch.Writer.Flush();
            return JsonSerializer.Deserialize(scratch.Buffer.WrittenSpan, contract);
        }
        // Constructors and converters are the user's code and may throw anything; the bytes made them.
        catch (Exception e) when (e is not (QClusterException or OutOfMemoryException))
        {
            throw new WireFormatException($"The value at offset {start} cannot be read as {type}: {ExceptionText.MessageOf(e)}", e);
        }
    }

    private JsonTypeInfo ContractOf(Type type)
    {
        try
        {
            var contract = _json.GetTypeInfo(type);
            if (_roundTrip.Problem(type) is { } problem)
                throw new SerializationException($"No value can be read as {type}: {problem}");
            return contract.Kind != JsonTypeInfoKind.Object || !type.IsAbstract || contract.PolymorphismOptions is not null
                ? contract
                : throw new SerializationException($"No value can be read as {type}, which is abstract: use a concrete type, or name the derived ones with [JsonDerivedType].");
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw CannotRead(type, e);
        }
    }

    private static SerializationException CannotRead(Type type, Exception e) => new($"No value can be read as {type}: {e.Message}{(ReflectionSupport.IsEnabled ? "" : " " + NeedsContract)}", e);

    private static string Explain(Exception e) => e is JsonException && ExceptionText.MessageOf(e).Contains("cycle", StringComparison.Ordinal)
        ? $"it contains itself or is nested deeper than {MaxDepth} levels. Break the cycle with [JsonIgnore], or send ids."
        : $"{ExceptionText.MessageOf(e)} {(ReflectionSupport.IsEnabled ? "Send a type that System.Text.Json can serialise." : NeedsContract)}";
}
