using MessagePack;
using QCluster.Queue;
using QCluster.Wire.Primitives;

namespace QCluster.Hosting.Gateway;

/// <summary>Writes and reads the parts that both ends of the gateway share.</summary>
internal static class GatewayCodec
{
    private const int DeepestReply = 8;

    public static void WriteDuration(ref MessagePackWriter writer, TimeSpan? duration)
    {
        if (duration is { } value)
            writer.Write(value.Ticks);
        else
            writer.WriteNil();
    }

    public static TimeSpan? ReadDuration(ref WireReader reader) => reader.TryReadNil() ? null : TimeSpan.FromTicks(reader.ReadInt64());

    public static void WriteScript(ref MessagePackWriter writer, ScriptCall call)
    {
        writer.WriteText(call.Script.Name);
        writer.WriteText(call.Queue);
        writer.Write(call.Name);
        writer.WriteArrayHeader(call.Arguments.Count);
        foreach (var argument in call.Arguments)
            writer.Write(argument);
    }

    /// <exception cref="WireFormatException">A task may not run that script.</exception>
    public static ScriptCall ReadScript(ref WireReader reader)
    {
        var name = reader.ReadString();
        var script = GatewayScripts.Find(name)
            ?? throw new WireFormatException($"The script '{name}' is not among those that a task may have run. A client's calls are; what clusters do is not.");
        var queue = reader.ReadString();
        var rest = reader.ReadBinary().ToArray();
        var arguments = new byte[reader.ReadArrayHeader()][];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = reader.ReadBinary().ToArray();
        return new ScriptCall(script, queue, rest, arguments);
    }

    public static void WriteReply(ref MessagePackWriter writer, ScriptReply reply)
    {
        if (reply.IsNil)
        {
            writer.WriteNil();
        }
        else if (reply.IsList)
        {
            writer.WriteArrayHeader(reply.Items.Count);
            foreach (var item in reply.Items)
                WriteReply(ref writer, item);
        }
        else
        {
            writer.Write(reply.Bytes);
        }
    }

    public static ScriptReply ReadReply(ref WireReader reader) => ReadReply(ref reader, 0);

    private static ScriptReply ReadReply(ref WireReader reader, int depth)
    {
        if (depth > DeepestReply)
            throw new WireFormatException($"A reply is nested deeper than {DeepestReply} levels.");
        if (reader.TryReadNil())
            return default;
        if (reader.PeekType() != MessagePackType.Array)
            return ScriptReply.Of(reader.ReadBinary().ToArray());
        var items = new ScriptReply[reader.ReadArrayHeader()];
        for (var i = 0; i < items.Length; i++)
            items[i] = ReadReply(ref reader, depth + 1);
        return ScriptReply.Of(items);
    }

    public static void WriteText(ref MessagePackWriter writer, string? text)
    {
        if (text is null)
            writer.WriteNil();
        else
            writer.WriteText(text);
    }

    public static string? ReadText(ref WireReader reader) => reader.TryReadNil() ? null : reader.ReadString();
}
