using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QCluster.Model.Errors;

namespace QCluster.Hosting.Logging;

/// <summary>A log entry as one line of JSON: time, level, event and its number, category, message, the values of the message, scopes, and the exception.</summary>
internal static class JsonLogEntry
{
    private const string Template = "{OriginalFormat}";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write<TState>(LogLevel level, EventId id, string? category, TState state, string message, Exception? exception, IReadOnlyList<ChildLogScope>? scopes, string process)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.UtcNow);
            json.WriteString("level", level.ToString().ToLowerInvariant());
            json.WriteString("process", process);
            if (category is not null)
                json.WriteString("category", category);
            if (id.Id != 0)
                json.WriteNumber("event_id", id.Id);
            if (id.Name is not null)
                json.WriteString("event", id.Name);
            json.WriteString("message", message);
            WriteValues(json, "values", state);
            if (scopes is not null)
            {
                json.WriteStartObject("scope");
                foreach (var scope in scopes)
                    WriteEach(json, scope);
                json.WriteEndObject();
            }

            if (exception is not null)
                json.WriteString("exception", exception is ChildLogException ? exception.Message : ExceptionText.Of(exception));
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteValues(Utf8JsonWriter json, string name, object? state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values || values.All(v => v.Key == Template))
            return;
        json.WriteStartObject(name);
        WriteEach(json, values);
        json.WriteEndObject();
    }

    private static void WriteEach(Utf8JsonWriter json, object? scope)
    {
        if (scope is not IEnumerable<KeyValuePair<string, object?>> values)
            return;
        foreach (var (name, value) in values.Where(v => v.Key != Template))
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case null: json.WriteNullValue(); break;
                case bool b: json.WriteBooleanValue(b); break;
                case int or long or short or byte or uint or ushort: json.WriteNumberValue(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)); break;
                case double d when double.IsFinite(d): json.WriteNumberValue(d); break;
                default: json.WriteStringValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            }
        }
    }
}
