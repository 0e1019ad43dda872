using System.Globalization;
using System.Text;

namespace QCluster.TestSupport;

/// <summary>A command and its reply in RESP2, one at a time: for servers in states in which the client library does not connect, such as loading ones.</summary>
internal sealed class RespStream
{
    private const int MaxReply = 1 << 20;
    private const int MaxItems = 1024;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    public RespStream(Stream stream) => _stream = stream;

    public async Task<RespReply> CallAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var text = new StringBuilder().Append('*').Append(command.Count).Append("\r\n");
        foreach (var part in command) text.Append('$').Append(Encoding.UTF8.GetByteCount(part)).Append("\r\n").Append(part).Append("\r\n");
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(depth: 0, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RespReply> ReadAsync(int depth, CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line.Length == 0) throw new FormatException("the answer is not Redis's protocol: an empty line");
        var rest = line[1..];
        switch (line[0])
        {
            case '+' or ':': return RespReply.Of(rest);
            case '-': return new RespReply(rest, IsError: true, Items: null);
            case '$':
                var length = Length(rest, MaxReply);
                return RespReply.Of(length < 0 ? null : await ReadBulkAsync(length, cancellationToken).ConfigureAwait(false));
            case '*' when depth < 4:
                var items = new List<RespReply>();
                for (var left = Length(rest, MaxItems); left > 0; left--) items.Add(await ReadAsync(depth + 1, cancellationToken).ConfigureAwait(false));
                return new RespReply(Text: null, IsError: false, items);
            default:
                throw new FormatException("the answer is not Redis's protocol (is TLS on at one side only?)");
        }
    }

    private static int Length(string text, int most)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) && length >= -1 && length <= most
            ? length
            : throw new FormatException("the answer is not Redis's protocol: a length that cannot be");

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = await ReadByteAsync(cancellationToken).ConfigureAwait(false);
            if (next == '\n') return line.ToString().TrimEnd('\r');
            if (line.Length >= _buffer.Length) throw new FormatException("the answer is not Redis's protocol: a line without an end");
            line.Append((char)next);
        }
    }

    private async ValueTask<string> ReadBulkAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length + 2];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = await ReadByteAsync(cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private async ValueTask<byte> ReadByteAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await _stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
            if (_end == 0) throw new EndOfStreamException("the server closed the connection");
        }

        return _buffer[_start++];
    }
}
