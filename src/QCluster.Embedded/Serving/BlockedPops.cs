using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace QCluster.Embedded.Serving;

/// <summary>
/// The clients that wait in a BLPOP or a BRPOP. Garnet's own would wait on a thread of its own and pop in the middle of a script; and it would pop for a
/// client that has left.
/// </summary>
internal sealed class BlockedPops(TimeProvider time)
{
    private readonly List<Wait> _waits = [];

    /// <summary>Asks the server itself.</summary>
    public required Func<byte[], ReadOnlyMemory<byte>> Ask { get; init; }

    public int Count => _waits.Count;

    /// <summary>Answers at once, or lets the client wait.</summary>
    public void Pop(Connection connection, RequestFrame frame)
    {
        if (frame.Words < 3)
        {
            connection.Reply($"-ERR wrong number of arguments for '{Encoding.ASCII.GetString(frame.Command)}' command\r\n");
            return;
        }

        var words = new List<byte[]>();
        foreach (var word in frame)
            words.Add(word.ToArray());
        if (!Utf8Parser.TryParse(words[^1], out double seconds, out var used) || used != words[^1].Length || !double.IsFinite(seconds))
        {
            connection.Reply("-ERR timeout is not a float or out of range\r\n");
            return;
        }

        if (seconds < 0)
        {
            connection.Reply("-ERR timeout is negative\r\n");
            return;
        }

        var keys = words[1..^1];
        var until = seconds == 0 ? DateTimeOffset.MaxValue : time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(365).TotalSeconds));
        var wait = new Wait(connection, frame.Is("BRPOP"u8) ? "RPOP" : "LPOP", keys, Request(["EXISTS"u8.ToArray(), .. keys]), until);
        if (TryServe(wait))
            return;
        connection.IsBlocked = true;
        _waits.Add(wait);
    }

    /// <summary>Those whose keys have something now, in the order they came.</summary>
    public void Serve()
    {
        for (var i = 0; i < _waits.Count; i++)
        {
            var wait = _waits[i];
            if (!TryServe(wait))
                continue;
            _waits.RemoveAt(i--);
            Release(wait.Connection);
        }
    }

    /// <summary>Those whose time has passed.</summary>
    public void End()
    {
        if (_waits.Count == 0)
            return;
        var now = time.GetUtcNow();
        for (var i = 0; i < _waits.Count; i++)
        {
            var wait = _waits[i];
            if (wait.Until > now)
                continue;
            _waits.RemoveAt(i--);
            wait.Connection.Reply(wait.Connection.IsResp3 ? "_\r\n" : "*-1\r\n");
            Release(wait.Connection);
        }
    }

    /// <summary>How long nobody's time passes.</summary>
    public TimeSpan UntilNext(TimeSpan max)
    {
        if (_waits.Count == 0)
            return max;
        var left = _waits.Min(w => w.Until) - time.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < max ? left + TimeSpan.FromMilliseconds(1) : max;
    }

    public void Remove(Connection connection) => _waits.RemoveAll(w => w.Connection == connection);

    private static void Release(Connection connection)
    {
        connection.IsBlocked = false;
        connection.Continue();
    }

    private bool TryServe(Wait wait)
    {
        if (Ask(wait.Exists).Span is [(byte)':', (byte)'0', ..])
            return false;
        foreach (var key in wait.Keys)
        {
            var popped = Ask(Request([Encoding.ASCII.GetBytes(wait.Command), key])).Span;
            if (popped is [(byte)'-', ..])
            {
                wait.Connection.Reply(popped);
                return true;
            }

            if (popped is [(byte)'$', (byte)'-', ..] or [(byte)'_', ..])
                continue;
            wait.Connection.Reply(string.Create(CultureInfo.InvariantCulture, $"*2\r\n${key.Length}\r\n"));
            wait.Connection.Reply(key);
            wait.Connection.Reply("\r\n"u8);
            wait.Connection.Reply(popped);
            return true;
        }

        return false;
    }

    public static byte[] Request(IReadOnlyList<byte[]> words)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Count}\r\n")));
        foreach (var word in words)
        {
            bytes.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n")));
            bytes.Write(word);
            bytes.Write("\r\n"u8);
        }

        return bytes.ToArray();
    }

    private sealed record Wait(Connection Connection, string Command, IReadOnlyList<byte[]> Keys, byte[] Exists, DateTimeOffset Until);
}
