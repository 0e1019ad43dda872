using System.Collections;
using Microsoft.Extensions.Logging;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Hosting.Logging;

/// <summary>An entry of a child's log at its sentinel. It is the state of the sentinel's own entry, with the values of the message.</summary>
internal sealed class ChildLogEntry : IReadOnlyList<KeyValuePair<string, object?>>
{
    private IReadOnlyList<KeyValuePair<string, object?>> _values = [];

    /// <summary>Role and ordinal of the child: <c>worker 0</c>.</summary>
    public required string Process { get; init; }

    public LogLevel Level { get; private set; }

    public string Category { get; private set; } = "";

    public EventId Event { get; private set; }

    public string Message { get; private set; } = "";

    public IReadOnlyList<ChildLogScope> Scopes { get; private set; } = [];

    public ChildLogException? Exception { get; private set; }

    public int Count => _values.Count;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    /// <exception cref="WireFormatException">The bytes are not an entry; the child runs user code.</exception>
    public static ChildLogEntry Read(string process, ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body);
        if (reader.ReadArrayHeader() != ChildLogWriter.ItemCount)
            throw new WireFormatException("A log entry of a child has the wrong number of items.");
        return new ChildLogEntry
        {
            Process = process,
            Level = (LogLevel)Math.Min(reader.ReadByte(), (byte)LogLevel.Critical),
            Category = reader.ReadString(),
            Event = new EventId(reader.ReadInt32(), reader.TryReadNil() ? null : reader.ReadString()),
            Message = reader.ReadString(),
            _values = ReadValues(ref reader),
            Scopes = ReadScopes(ref reader),
            Exception = reader.TryReadNil() ? null : new ChildLogException(reader.ReadString()),
        };
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => Message;

    private static ChildLogScope[] ReadScopes(ref WireReader reader)
    {
        var scopes = new ChildLogScope[Math.Min(reader.ReadArrayHeader(), ChildLogWriter.MaxScopes)];
        for (var i = 0; i < scopes.Length; i++)
            scopes[i] = new ChildLogScope(reader.ReadString(), ReadValues(ref reader));
        return scopes;
    }

    private static KeyValuePair<string, object?>[] ReadValues(ref WireReader reader)
    {
        var values = new KeyValuePair<string, object?>[Math.Min(reader.ReadArrayHeader(), ChildLogWriter.MaxValues)];
        for (var i = 0; i < values.Length; i++)
            values[i] = new(reader.ReadString(), ValueSerializer.Default.ReadUntyped(ref reader));
        return values;
    }
}
