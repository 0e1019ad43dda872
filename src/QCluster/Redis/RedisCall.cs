using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>A command or a script with its arguments, which can be sent more than once.</summary>
internal readonly struct RedisCall
{
    private readonly string? _command;
    private readonly object[]? _arguments;
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

    public RedisCall(string command, object[] arguments)
    {
        _command = command;
        _arguments = arguments;
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
        if (Script is null) return link.Execute(_command!, _arguments!);
        if (!withText) return link.Script(Script, _keys!, _values!);
        var arguments = new object[2 + _keys!.Length + _values!.Length];
        arguments[0] = Script.Text;
        arguments[1] = _keys.Length;
        for (var i = 0; i < _keys.Length; i++) arguments[2 + i] = _keys[i];
        for (var i = 0; i < _values.Length; i++) arguments[2 + _keys.Length + i] = _values[i];
        return link.Execute("EVAL", arguments);
    }
}
