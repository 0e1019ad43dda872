using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QCluster.Redis;

namespace QCluster.Embedded.Serving;

/// <summary>The requests that are not Garnet's: those that would wait or end the server, what is said of the server, and what a full memory refuses.</summary>
internal sealed class SpecialRequests(BlockedPops blocked, IMemory memory, string info, Action onShutDown)
{
    private static readonly byte[] ServerScript = Encoding.ASCII.GetBytes(RedisScript.Load("server").HashHex);
    private static readonly byte[] Ping = BlockedPops.Request(["PING"u8.ToArray()]);

    /// <summary>Whether a script may run when the memory is full, by its hash.</summary>
    private readonly Dictionary<string, bool> _mayRunWhenFull = new(ScriptRules.OfQCluster, StringComparer.OrdinalIgnoreCase);

    private bool _isFull;

    public BlockedPops Blocked => blocked;

    /// <summary>Once a round.</summary>
    public void Look() => _isFull = memory.IsFull();

    public bool Is(RequestFrame frame)
    {
        var command = frame.Command;
        // By far the most are these.
        if (command.Length == 7 && frame.Is("EVALSHA"u8))
            return AsksServer(frame) || (_isFull && IsRefused(frame));
        return command.Length switch
        {
            4 => frame.Is("INFO"u8) || (frame.Is("EVAL"u8) && (Learn(frame) || (_isFull && IsRefused(frame)))),
            5 => frame.Is("BLPOP"u8) || frame.Is("BRPOP"u8) || frame.Is("HELLO"u8),
            6 => frame.Is("CONFIG"u8) || frame.Is("BLMPOP"u8) || frame.Is("BZMPOP"u8) || frame.Is("BLMOVE"u8) || (frame.Is("SCRIPT"u8) && Learn(frame)),
            8 => frame.Is("SHUTDOWN"u8) || frame.Is("BZPOPMIN"u8) || frame.Is("BZPOPMAX"u8),
            10 => frame.Is("BRPOPLPUSH"u8),
            _ => false,
        } || (_isFull && IsRefused(frame));
    }

    public void Run(Connection connection, RequestFrame frame)
    {
        if (frame.Is("HELLO"u8))
        {
            Hello(connection, frame);
        }
        else if (!connection.IsAuthenticated && connection.Ask(Ping) is [(byte)'-', ..] refusal)
        {
            connection.Reply(refusal);
        }
        else
        {
            connection.IsAuthenticated = true;
            RunAllowed(connection, frame);
        }
    }

    private void RunAllowed(Connection connection, RequestFrame frame)
    {
        if (_isFull && IsRefused(frame))
            connection.Reply("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
        else if (frame.Is("BLPOP"u8) || frame.Is("BRPOP"u8))
            blocked.Pop(connection, frame);
        else if (frame.Is("EVALSHA"u8))
            Server(connection);
        else if (frame.Is("INFO"u8))
            Info(connection, frame);
        else if (frame.Is("CONFIG"u8))
            Config(connection, frame);
        else if (frame.Is("SHUTDOWN"u8))
            onShutDown();
        else
            connection.Reply($"-ERR '{Encoding.ASCII.GetString(frame.Command)}' is not supported by QCluster's embedded server: name a Redis or Valkey with --redis\r\n");
    }

    private static void Hello(Connection connection, RequestFrame frame)
    {
        var answer = connection.Ask(frame.Bytes);
        if (answer is not [(byte)'-', ..] && frame.Words > 1)
        {
            var words = frame.GetEnumerator();
            words.MoveNext();
            words.MoveNext();
            connection.IsResp3 = words.Current.SequenceEqual("3"u8);
        }

        connection.Reply(answer);
    }

    /// <summary>Adds what redis-server says and Garnet does not.</summary>
    private void Info(Connection connection, RequestFrame frame)
    {
        var answer = connection.Ask(frame.Bytes);
        var end = answer.IndexOf((byte)'\n');
        if (answer is not ([(byte)'$', ..] or [(byte)'=', ..]) || end < 0)
        {
            if (IsAsked(frame, "cpu"u8))
                ReplyText(connection, Processor());
            else
                connection.Reply(answer);
            return;
        }

        var text = new StringBuilder(Encoding.UTF8.GetString(answer[(end + 1)..^2]).TrimEnd('\r', '\n')).Append("\r\n");
        if (IsAsked(frame, "server"u8))
            text.Append(CultureInfo.InvariantCulture, $"process_id:{Environment.ProcessId}\r\n{info}\r\n");
        if (IsAsked(frame, "clients"u8))
            text.Append(CultureInfo.InvariantCulture, $"blocked_clients:{blocked.Count}\r\n");
        if (IsAsked(frame, "memory"u8))
            text.Append(Memory());
        connection.Reply(string.Create(CultureInfo.InvariantCulture, $"{(char)answer[0]}{Encoding.UTF8.GetByteCount(text.ToString())}\r\n{text}\r\n"));
    }

    private static string Processor() =>
        string.Create(CultureInfo.InvariantCulture, $"# CPU\r\nused_cpu_sys:{Environment.CpuUsage.PrivilegedTime.TotalSeconds:0.000000}\r\nused_cpu_user:{Environment.CpuUsage.UserTime.TotalSeconds:0.000000}\r\n");

    private static void ReplyText(Connection connection, string text) => connection.Reply(string.Create(CultureInfo.InvariantCulture, $"${text.Length}\r\n{text}\r\n"));

    private string Memory() => string.Create(CultureInfo.InvariantCulture, $"used_memory:{memory.Used}\r\nmaxmemory:{memory.Limit}\r\nmaxmemory_policy:noeviction\r\nlazyfree_pending_objects:0\r\n");

    /// <summary>The script that asks INFO, which Garnet's scripts may not.</summary>
    private static bool AsksServer(RequestFrame frame)
    {
        var words = frame.GetEnumerator();
        words.MoveNext();
        return words.MoveNext() && words.Current.SequenceEqual(ServerScript);
    }

    private void Server(Connection connection)
    {
        var text = $"# Memory\r\n{Memory()}\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n";
        connection.Reply(string.Create(CultureInfo.InvariantCulture, $"${text.Length}\r\n{text}\r\n"));
    }

    private static bool IsAsked(RequestFrame frame, ReadOnlySpan<byte> section)
    {
        if (frame.Words == 1)
            return true;
        foreach (var word in frame)
        {
            if (Ascii.EqualsIgnoreCase(word, section) || Ascii.EqualsIgnoreCase(word, "all"u8) || Ascii.EqualsIgnoreCase(word, "everything"u8))
                return true;
        }

        return false;
    }

    private void Config(Connection connection, RequestFrame frame)
    {
        var words = new List<string>();
        foreach (var word in frame)
            words.Add(Encoding.UTF8.GetString(word));
        if (words.Count < 3 || !words[2].Equals("maxmemory", StringComparison.OrdinalIgnoreCase))
        {
            connection.Reply(connection.Ask(frame.Bytes));
        }
        else if (words[1].Equals("GET", StringComparison.OrdinalIgnoreCase))
        {
            var value = memory.Limit.ToString(CultureInfo.InvariantCulture);
            connection.Reply(string.Create(CultureInfo.InvariantCulture, $"{(connection.IsResp3 ? "%1" : "*2")}\r\n$9\r\nmaxmemory\r\n${value.Length}\r\n{value}\r\n"));
        }
        else if (words.Count == 4 && long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
        {
            memory.Limit = limit;
            Look();
            connection.Reply("+OK\r\n");
        }
        else
        {
            connection.Reply("-ERR maxmemory is a number of bytes\r\n");
        }
    }

    /// <summary>Takes note of a script before the session has it. Never special by itself.</summary>
    private bool Learn(RequestFrame frame)
    {
        var words = frame.GetEnumerator();
        words.MoveNext();
        if (!words.MoveNext())
            return false;
        if (Ascii.EqualsIgnoreCase(words.Current, "LOAD"u8) && !words.MoveNext())
            return false;
        var text = words.Current;
#pragma warning disable CA5350 // It names a script, and protects nothing.
        _mayRunWhenFull.TryAdd(Convert.ToHexStringLower(SHA1.HashData(text)), ScriptRules.MayRunWhenFull(text));
#pragma warning restore CA5350
        return false;
    }

    private bool IsRefused(RequestFrame frame)
    {
        if (!frame.Is("EVALSHA"u8) && !frame.Is("EVAL"u8))
            return ScriptRules.Grows(frame.Command);
        var words = frame.GetEnumerator();
        words.MoveNext();
        words.MoveNext();
#pragma warning disable CA5350 // As above.
        var hash = frame.Is("EVAL"u8) ? Convert.ToHexStringLower(SHA1.HashData(words.Current)) : Encoding.ASCII.GetString(words.Current);
#pragma warning restore CA5350
        // Of a script that it does not know, the session says so.
        return _mayRunWhenFull.TryGetValue(hash, out var may) && !may;
    }
}
