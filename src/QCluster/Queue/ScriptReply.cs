using System.Globalization;
using System.Text;

namespace QCluster.Queue;

/// <summary>The reply of a script: nothing, bytes (a number as its text), or a list of these.</summary>
internal readonly struct ScriptReply
{
    private readonly object? _value;

    private ScriptReply(object? value) => _value = value;

    public static ScriptReply Of(byte[]? bytes) => new(bytes);

    public static ScriptReply Of(ScriptReply[] items) => new(items);

    public bool IsNil => _value is null;

    public bool IsList => _value is ScriptReply[];

    public long Number => long.Parse(Bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public byte[] Bytes => (byte[])_value!;

    public string Text => Encoding.UTF8.GetString(Bytes);

    public IReadOnlyList<ScriptReply> Items => (ScriptReply[])_value!;

    public ScriptReply this[int index] => Items[index];
}
