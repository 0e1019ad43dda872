using System.Buffers;
using System.Text.Json;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Converts JSON text to MessagePack: a first pass counts the items of each array and object, a second one writes them.</summary>
internal static class JsonToMessagePack
{
    private const int CountsOnStack = 64;

    public static void Write(scoped ReadOnlySpan<byte> json, ref MessagePackWriter writer, int maxDepth)
    {
        Span<int> onStack = stackalloc int[CountsOnStack];
        var counts = new ItemCounts(onStack);
        try
        {
            Count(json, ref counts, maxDepth);
            WriteTokens(json, counts.Items, ref writer);
        }
        finally
        {
            counts.Dispose();
        }
    }

    private static void Count(scoped ReadOnlySpan<byte> json, ref ItemCounts counts, int maxDepth)
    {
        Span<int> open = stackalloc int[ValueSerializer.MaxDepth + 1];
        var depth = 0;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    depth--;
                    continue;
                case JsonTokenType.PropertyName:
                    continue;
                default:
                    if (depth > 0)
                        counts.Increment(open[depth - 1]);
                    break;
            }

            if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
                continue;
            if (depth >= maxDepth)
                throw ValueErrors.TooDeep();
            open[depth++] = counts.Add();
        }
    }

    private static void WriteTokens(scoped ReadOnlySpan<byte> json, scoped ReadOnlySpan<int> counts, ref MessagePackWriter writer)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var next = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    writer.WriteArrayHeader(counts[next++]);
                    break;
                case JsonTokenType.StartObject:
                    writer.WriteMapHeader(counts[next++]);
                    break;
                case JsonTokenType.PropertyName or JsonTokenType.String:
                    writer.WriteUtf8(reader.ValueIsEscaped ? Unescape(ref reader) : reader.ValueSpan);
                    break;
                case JsonTokenType.Number:
                    NumberText.Write(reader.ValueSpan, ref writer);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    writer.Write(reader.TokenType == JsonTokenType.True);
                    break;
                case JsonTokenType.Null:
                    writer.WriteNil();
                    break;
            }
        }
    }

    private static byte[] Unescape(scoped ref Utf8JsonReader reader)
    {
        var buffer = new byte[reader.ValueSpan.Length];
        return buffer[..reader.CopyString(buffer)];
    }

    private ref struct ItemCounts(Span<int> items)
    {
        private Span<int> _items = items;
        private int[]? _rented;
        private int _count;

        public readonly ReadOnlySpan<int> Items => _items[.._count];

        public int Add()
        {
            if (_count == _items.Length)
                Grow();
            _items[_count] = 0;
            return _count++;
        }

        public readonly void Increment(int index) => _items[index]++;

        public void Dispose()
        {
            if (_rented is not null)
                ArrayPool<int>.Shared.Return(_rented);
            _rented = null;
        }

        private void Grow()
        {
            var larger = ArrayPool<int>.Shared.Rent(_items.Length * 2);
            _items.CopyTo(larger);
            Dispose();
            _items = _rented = larger;
        }
    }
}
