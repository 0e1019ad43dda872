using System.Buffers.Binary;
using System.Text;

namespace QCluster.Wire.Packets;

/// <summary>The follow-ups of a task: an element contains them before the envelope, where the scripts read them.</summary>
internal sealed class FollowUps
{
    private const int ItemHeader = 5;

    private readonly List<(char Kind, byte[] Text)> _items = [];
    private bool _limits;

    public bool IsEmpty => _items.Count == 0;

    public void AddGroup(string label) => Add('g', Encoding.UTF8.GetBytes(label));

    public void AddName(string name) => Add('n', Encoding.UTF8.GetBytes(name));

    /// <summary>Without a window the key is held until the task has ended.</summary>
    public void AddUnique(string key, TimeSpan? window) => Add('u', Encoding.UTF8.GetBytes($"{(long)Math.Ceiling(window?.TotalMilliseconds ?? 0)}:{key}"));

    /// <summary>Adds a rate limit for all tasks with this key.</summary>
    public void AddRate(RateLimit limit, string key)
    {
        Add('l', Encoding.UTF8.GetBytes($"{limit.Count}:{(long)limit.Period.TotalMilliseconds}:{key}"));
        _limits = true;
    }

    /// <summary>Adds a concurrency limit for all tasks with this key.</summary>
    public void AddConcurrency(int most, string key)
    {
        Add('k', Encoding.UTF8.GetBytes($"{most}:{key}"));
        _limits = true;
    }

    /// <summary>Returns the items in the form of an element.</summary>
    public byte[] ToItems()
    {
        var items = new byte[_items.Sum(i => ItemHeader + i.Text.Length)];
        WriteTo(items);
        return items;
    }

    public void AddHook(int priority, byte[] element) => Add('h', [(byte)('0' + priority), .. element]);

    /// <summary>Adds the callback that is called with the value after a success.</summary>
    public void AddCallback(int priority, byte[] element) => Add('v', [(byte)('0' + priority), .. element]);

    /// <summary>The hook of a chain whose last step this is.</summary>
    public void AddChainHook(int priority, byte[] element) => Add('H', [(byte)('0' + priority), .. element]);

    /// <summary>The task is a step of a chain; <paramref name="home"/> is the chain's queue if it differs.</summary>
    public void AddChain(ReadOnlySpan<byte> chain, int step, string? home)
    {
        var text = new byte[chain.Length + 4 + Encoding.UTF8.GetByteCount(home ?? "")];
        chain.CopyTo(text);
        BinaryPrimitives.WriteInt32BigEndian(text.AsSpan(chain.Length), step);
        Encoding.UTF8.GetBytes(home ?? "", text.AsSpan(chain.Length + 4));
        Add('c', text);
    }

    /// <summary>The element with these items; unchanged if there are none.</summary>
    public byte[] ApplyTo(byte[] element)
    {
        if (IsEmpty)
            return element;
        var length = _items.Sum(i => ItemHeader + i.Text.Length);
        var result = new byte[element.Length + 4 + length];
        element.AsSpan(0, TaskElement.HeaderLength).CopyTo(result);
        result[0] |= (byte)(TaskElement.FollowsFlag | (_limits ? TaskElement.LimitedFlag : 0));
        var at = TaskElement.HeaderLength;
        BinaryPrimitives.WriteInt32BigEndian(result.AsSpan(at), length);
        at += 4;
        WriteTo(result.AsSpan(at));
        element.AsSpan(TaskElement.HeaderLength).CopyTo(result.AsSpan(at + length));
        return result;
    }

    private void WriteTo(Span<byte> destination)
    {
        foreach (var (kind, text) in _items)
        {
            destination[0] = (byte)kind;
            BinaryPrimitives.WriteInt32BigEndian(destination[1..], text.Length);
            text.CopyTo(destination[ItemHeader..]);
            destination = destination[(ItemHeader + text.Length)..];
        }
    }

    private void Add(char kind, byte[] text) => _items.Add((kind, text));
}
