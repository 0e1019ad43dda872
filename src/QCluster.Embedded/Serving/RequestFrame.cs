using System.Buffers.Text;
using System.Text;

namespace QCluster.Embedded.Serving;

/// <summary>One request as it came over the wire: an array of strings. The ranges are those of the bytes it was read from.</summary>
internal readonly ref struct RequestFrame
{
    private const int MaxWords = 1024 * 1024;
    private const int MaxWord = 512 * 1024 * 1024;

    private readonly ReadOnlySpan<byte> _bytes;

    private RequestFrame(ReadOnlySpan<byte> bytes, int words, int first)
    {
        _bytes = bytes;
        Words = words;
        FirstWord = first;
    }

    /// <summary>The number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The number of words, the command among them.</summary>
    public int Words { get; }

    private int FirstWord { get; }

    /// <summary>The name of the command.</summary>
    public ReadOnlySpan<byte> Command
    {
        get
        {
            foreach (var word in this)
                return word;
            return [];
        }
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool Is(ReadOnlySpan<byte> command) => Ascii.EqualsIgnoreCase(Command, command);

    /// <summary>Reads the first request.</summary>
    /// <returns>False: it is not complete yet.</returns>
    /// <exception cref="FormatException">It is no request.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RequestFrame frame)
    {
        frame = default;
        var at = 0;
        if (!TryReadCount(bytes, (byte)'*', MaxWords, ref at, out var words))
            return false;
        var first = at;
        for (var i = 0; i < words; i++)
        {
            if (!TryReadCount(bytes, (byte)'$', MaxWord, ref at, out var length) || bytes.Length - at < length + 2)
                return false;
            at += length + 2;
        }

        frame = new RequestFrame(bytes[..at], words, first);
        return true;
    }

    /// <summary>The words, the command first.</summary>
    public Enumerator GetEnumerator() => new(_bytes[FirstWord..]);

    private static bool TryReadCount(ReadOnlySpan<byte> bytes, byte kind, int max, ref int at, out int count)
    {
        count = 0;
        var rest = bytes[at..];
        if (rest.IsEmpty)
            return false;
        if (rest[0] != kind)
            throw new FormatException($"expected '{(char)kind}', got '{(char)rest[0]}'");
        var end = rest[..Math.Min(rest.Length, 16)].IndexOf((byte)'\n');
        if (end < 0 && rest.Length < 16)
            return false;
        if (end < 3 || !Utf8Parser.TryParse(rest[1..(end - 1)], out count, out var used) || used != end - 2 || count < 0 || count > max)
            throw new FormatException("invalid length");
        at += end + 1;
        return true;
    }

    /// <summary>Goes over the words of a complete request.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
                return false;
            var at = 0;
            TryReadCount(_rest, (byte)'$', MaxWord, ref at, out var length);
            Current = _rest.Slice(at, length);
            _rest = _rest[(at + length + 2)..];
            return true;
        }
    }
}
