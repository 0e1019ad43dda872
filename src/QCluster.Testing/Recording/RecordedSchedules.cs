using QCluster.Broker;

namespace QCluster.Testing.Recording;

/// <summary>The schedules that were added. None of them fires.</summary>
internal sealed class RecordedSchedules
{
    private readonly Dictionary<(string Queue, string Name), (byte[] Definition, byte[] Due, bool IsPaused)> _all = [];

    /// <summary>Arguments: name, definition, due time, and whether it may replace another.</summary>
    public ScriptReply Put(ScriptCall call)
    {
        var key = (call.Queue, Text(call.Arguments[0]));
        if (_all.ContainsKey(key) && Text(call.Arguments[3]) == "add")
            return Number(0);
        _all[key] = (call.Arguments[1], call.Arguments[2], false);
        return Number(1);
    }

    /// <summary>Argument: a name, or nothing for all.</summary>
    public ScriptReply List(ScriptCall call)
    {
        var wanted = Text(call.Arguments[0]);
        byte[] none = [];
        return ScriptReply.Of(
        [
            .. from schedule in _all
               where schedule.Key.Queue == call.Queue && (wanted.Length == 0 || schedule.Key.Name == wanted)
               from item in (byte[][])[ScriptCall.Text(schedule.Key.Name), schedule.Value.Definition, schedule.Value.IsPaused ? none : schedule.Value.Due, ScriptCall.Number(0), ScriptCall.Number(0), none, none, schedule.Value.IsPaused ? ScriptCall.Number(1) : none, none]
               select ScriptReply.Of(item),
        ]);
    }

    /// <summary>Arguments: name, what to do, and when it is due after that.</summary>
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
