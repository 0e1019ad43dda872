using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>A command or a script with its arguments, which can be sent more than once.</summary>
internal readonly struct RedisCall
{
    private readonly string? _command;
    private readonly object[]? _arguments;
    private readonly RedisKey? _near;
    private readonly RedisKey[]? _keys;
    private readonly RedisValue[]? _values;
    private readonly Action<RedisValue[]>? _beforeRepeat;

    public RedisCall(RedisScript script, RedisKey[] keys, RedisValue[] values, Action<RedisValue[]>? beforeRepeat, RedisTurn? turn = null)
    {
        _beforeRepeat = beforeRepeat;
        Script = script;
        Turn = turn;
        _keys = keys;
        _values = values;
    }

    /// <param name="command">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="near">In a Redis Cluster it goes to the node that serves this key; null: the library finds the node by the keys among the arguments.</param>
    public RedisCall(string command, object[] arguments, RedisKey? near = null)
    {
        _command = command;
        _arguments = arguments;
        _near = near;
    }

    public RedisScript? Script { get; }

    /// <summary>Its turn among calls that must run in order; null for a single call.</summary>
    public RedisTurn? Turn { get; }

    /// <summary>True: the text is sent at once, not only if the server does not know the script.</summary>
    public bool WithText => Turn is { IsFirst: true };

    public string Name => Script is null ? _command! : "the script " + Script.Name;

    public void PrepareRepeat() => _beforeRepeat?.Invoke(_values!);

    public Task<RedisResult> Send(RedisLink link, bool withText)
    {
        if (Script is null) return _near is { } key && link.IsClustered ? link.ExecuteAtAsync(key, _command!, _arguments!) : link.Execute(_command!, _arguments!);
        var keys = link.IsClustered ? SlotGuard.Of(_keys!) : _keys!;
        if (!withText) return link.Script(Script, keys, _values!);
        var arguments = new object[2 + keys.Length + _values!.Length];
        arguments[0] = Script.Text;
        arguments[1] = keys.Length;
        for (var i = 0; i < keys.Length; i++) arguments[2 + i] = keys[i];
        for (var i = 0; i < _values.Length; i++) arguments[2 + keys.Length + i] = _values[i];
        return link.Execute("EVAL", arguments);
    }
}
