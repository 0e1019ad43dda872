using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire.Values;

/// <summary>Value tuples as arrays. System.Text.Json sees only their fields, which it skips, and would write {} for every one.</summary>
[RequiresUnreferencedCode(ReflectionSupport.ReadsTypes)]
[RequiresDynamicCode(ReflectionSupport.ReadsTypes)]
internal sealed class ValueTupleConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsValueType && typeToConvert.IsGenericType && typeof(ITuple).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(ValueTupleConverter<>).MakeGenericType(typeToConvert))!;
}
