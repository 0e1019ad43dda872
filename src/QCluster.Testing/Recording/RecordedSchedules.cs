using QCluster.Queue;

namespace QCluster.Testing.Recording;

/// <summary>The added schedules. None of them fires.</summary>
internal sealed class RecordedSchedules(TimeProvider clock)
{
    private readonly Dictionary<(string Queue, string Name), (byte[] Definition, byte[] Due, bool IsPaused)> _all = [];

    public IEnumerable<string> Queues => _all.Keys.Select(key => key.Queue);

    /// <summary>Arguments: name, definition, due time or 'keep', and the definition that was seen.</summary>
    public ScriptReply Put(ScriptCall call)
    {
        var key = (call.Queue, Text(call.Arguments[0]));
        var former = _all.GetValueOrDefault(key);
        if ((former.Definition ?? []).AsSpan().SequenceEqual(call.Arguments[1]))
            return Number(1);
        if (!(former.Definition ?? []).AsSpan().SequenceEqual(call.Arguments[3]))
            return Number(0);
        _all[key] = (call.Arguments[1], Text(call.Arguments[2]) switch { "keep" => former.Due, "over" => [], _ => call.Arguments[2] }, former.IsPaused);
        return Number(1);
    }

    /// <summary>Arguments: names, or none for all.</summary>
    public ScriptReply List(ScriptCall call)
    {
        var wanted = call.Arguments.Select(Text).ToHashSet(StringComparer.Ordinal);
        byte[] none = [];
        return ScriptReply.Of(
        [
            Number(clock.GetUtcNow().ToUnixTimeMilliseconds()),
            .. from schedule in _all
               where schedule.Key.Queue == call.Queue && (wanted.Count == 0 || wanted.Contains(schedule.Key.Name))
               from item in (byte[][])[ScriptCall.Text(schedule.Key.Name), schedule.Value.Definition, schedule.Value.IsPaused ? none : schedule.Value.Due, ScriptCall.Number(0), ScriptCall.Number(0), none, none, schedule.Value.IsPaused ? ScriptCall.Number(1) : none, none, none]
               select ScriptReply.Of(item),
        ]);
    }

    /// <summary>Arguments: name, action, and the due time after that.</summary>
    public ScriptReply Change(ScriptCall call)
    {
        var key = (call.Queue, Text(call.Arguments[0]));
        if (!_all.TryGetValue(key, out var schedule))
            return Number(0);
        switch (Text(call.Arguments[1]))
        {
            case "remove":
                _all.Remove(key);
                break;
            case "pause":
                _all[key] = schedule with { IsPaused = true };
                break;
            default:
                _all[key] = (schedule.Definition, call.Arguments[2], false);
                break;
        }

        return Number(1);
    }

    public void Clear() => _all.Clear();

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static ScriptReply Number(long number) => ScriptReply.Of(ScriptCall.Number(number));
}
