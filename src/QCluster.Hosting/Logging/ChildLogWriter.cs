using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using MessagePack;
using QCluster.Model.Errors;
using QCluster.Wire;
using QCluster.Wire.Primitives;

namespace QCluster.Hosting.Logging;

/// <summary>
/// Writes an entry for the sentinel: at most 8,000 characters of a message, 1,000 of a value, 16,000 of an exception, 32 values and 16 scopes;
/// no values and scopes if they exceed 256 KiB.
/// The logged objects are the user's own; an unreadable one must not fail the call that logs.
/// </summary>
internal static class ChildLogWriter
{
    public const int ItemCount = 8;
    public const int MaxValues = 32;
    public const int MaxScopes = 16;
    private const int MaxMessage = 8_000;
    private const int MaxValue = 1_000;
    private const int MaxName = 200;
    private const int MaxException = 16_000;
    private const int MaxEntry = 256 << 10;

    public static byte[] Write<TState>(LogLevel level, string category, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter, IExternalScopeProvider? scopes)
    {
        var entry = Compose(level, category, id, state, exception, formatter, scopes, isWhole: true);
        // Many long values in many scopes.
        return entry.Length <= MaxEntry ? entry : Compose(level, category, id, state, exception, formatter, scopes: null, isWhole: false);
    }

    private static byte[] Compose<TState>(LogLevel level, string category, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter, IExternalScopeProvider? scopes, bool isWhole)
    {
        using var buffer = new PooledBuffer(256);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(ItemCount);
        writer.Write((int)level);
        WriteText(ref writer, category, MaxName);
        writer.Write(id.Id);
        if (id.Name is null)
            writer.WriteNil();
        else
            WriteText(ref writer, id.Name, MaxName);
        WriteText(ref writer, Read(() => formatter(state, exception)), MaxMessage);
        WriteValues(ref writer, isWhole ? state : null);
        WriteScopes(ref writer, scopes);
        if (exception is null)
            writer.WriteNil();
        else
            WriteText(ref writer, ExceptionText.Of(exception), MaxException);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteScopes(ref MessagePackWriter writer, IExternalScopeProvider? scopes)
    {
        var all = new List<object?>();
        scopes?.ForEachScope(static (scope, all) => all.Add(scope), all);
        var skipped = Math.Max(0, all.Count - MaxScopes);
        writer.WriteArrayHeader(all.Count - skipped);
        foreach (var scope in all.Skip(skipped))
        {
            WriteText(ref writer, TextOf(scope), MaxValue);
            WriteValues(ref writer, scope);
        }
    }

    private static void WriteValues(ref MessagePackWriter writer, object? state)
    {
        var values = ValuesOf(state);
        writer.WriteArrayHeader(values.Count);
        foreach (var (name, value) in values)
        {
            WriteText(ref writer, name ?? "", MaxName);
            WriteValue(ref writer, value);
        }
    }

    private static List<KeyValuePair<string, object?>> ValuesOf(object? state)
    {
        try
        {
            return state is IEnumerable<KeyValuePair<string, object?>> values ? [.. values.Take(MaxValues)] : [];
        }
        catch (Exception)
        {
            return [];
        }
    }

    private static void WriteValue(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool flag:
                writer.Write(flag);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                writer.Write(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case float or double:
                writer.Write(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            default:
                WriteText(ref writer, TextOf(value), MaxValue);
                break;
        }
    }

    private static string TextOf(object? value) => Read(() => value is Exception e ? ExceptionText.Of(e) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    private static string Read(Func<string?> text)
    {
        try
        {
            return text() ?? "";
        }
        catch (Exception e)
        {
            return $"(this could not be written down: {e.GetType().Name})";
        }
    }

    // As bytes: half a surrogate pair is refused as a string.
    private static void WriteText(ref MessagePackWriter writer, string text, int most) => writer.WriteUtf8(Encoding.UTF8.GetBytes(ExceptionText.Cut(text, most)));
}
