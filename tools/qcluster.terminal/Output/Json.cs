using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Terminal.Output;

/// <summary>Values as JSON text, one line each.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Text(object? value) => JsonSerializer.Serialize(value, Options);

    /// <summary>An argument as the user typed it: what parses as JSON is that value, anything else a string.</summary>
    public static object? Argument(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Value(document.RootElement);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>A JSON array's items; null when the text is none.</summary>
    public static object?[]? Array(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Array ? (object?[])Value(document.RootElement)! : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var integer) ? integer : element.Clone(),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        _ => element.EnumerateObject().ToDictionary(p => p.Name, p => Value(p.Value), StringComparer.Ordinal),
    };
}
