using System.Globalization;
using System.Text;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Tasks;
using QCluster.Wire.Packets;

namespace QCluster.Testing.Recording;

/// <summary>Replaces Redis: keeps enqueued calls, runs nothing, and gives the replies that need no run.</summary>
internal sealed class RecordingTransport : IScriptTransport
{
    private readonly Lock _lock = new();
    private readonly PacketFormat _format;
    private readonly Recorder _recorder;
    private readonly PrescribedResults _results;
    private readonly RecordedSchedules _schedules;

    public RecordingTransport(QClusterOptions options, TimeProvider clock)
    {
        _format = options.ToPacketFormat();
        _results = new PrescribedResults(_format, clock);
        _recorder = new Recorder(new TaskReader(_format), _results, clock);
        _schedules = new RecordedSchedules(clock);
    }

    public IReadOnlyList<EnqueuedTask> Enqueued
    {
        get
        {
            lock (_lock)
                return [.. _recorder.Tasks.Select(t => t.Task)];
        }
    }

    public void Prescribe(string idOrFunc, Func<EnqueuedTask?, object?> answer)
    {
        lock (_lock)
            _results.Set(idOrFunc, answer);
    }

    public void Clear()
    {
        lock (_lock)
        {
            _recorder.Clear();
            _results.Clear();
            _schedules.Clear();
        }
    }

    public Task<byte[]?> EnqueueAsync(EnqueueBatch batch, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_recorder.Enqueue(batch));
    }

    public Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<string>>([.. _recorder.Tasks.Select(t => t.Id.Queue).Concat(_schedules.Queues).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    public Task<ScriptReply> WaitAsync(ScriptCall call, Guid key, TimeSpan wait, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var reply = Run(call);
            // Of what is unknown nothing will come either.
            if (wait == TimeSpan.Zero || (call.Script == TaskScripts.Lookup ? _recorder.Find(IdOf(call)) is null || _recorder.RecordOf(IdOf(call)) is not null : reply[0].Number == 1 || reply[1].Number == 0))
                return Task.FromResult(reply);
        }

        throw new NotSupportedException(call.Script == TaskScripts.Lookup
            ? $"The task {IdOf(call)} ({_recorder.Find(IdOf(call))!.Task.Func}) is waited for, and nothing runs it: this client only records. Say what it comes to with SetResult or SetFailure, or use a TestCluster where it is to run."
            : "A group, an iteration, a set or a chain is waited for, and nothing runs its tasks: this client only records. Say what they come to with SetResult or SetFailure, or use a TestCluster where they are to run.");
    }

    public Task<ScriptReply> RunAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(Run(call));
    }

    /// <summary>Does the work of the script of that name, as far as possible. The headers of the scripts describe the arguments. Lock held.</summary>
    private ScriptReply Run(ScriptCall call)
    {
        var arguments = call.Arguments;
        switch (call.Script.Name)
        {
            case "lookup":
                return LookAt(IdOf(call));
            case "cancel":
                return Cancel(IdOf(call), arguments[1]);
            case "name_look":
                return ScriptReply.Of(_recorder.Named(call.Queue, Text(call.Name))?.ToBytes());
            case "records":
                return ScriptReply.Of([.. arguments.Select(id => ScriptReply.Of(_recorder.RecordOf(TaskId.FromBytes(id, call.Queue))))]);
            case "forget":
                return Number(_recorder.Forget(IdOf(call)) ? 1 : 0);
            case "save":
                _recorder.Save(IdOf(call), [.. arguments[1], .. arguments[0]]);
                return Number(1);
            case "waiting_ids":
                return ScriptReply.Of([.. _recorder.Waiting(call.Queue).Select(t => ScriptReply.Of(t.Id.ToBytes()))]);
            case "sizes":
                return Sizes(call.Queue);
            case "server":
                return ScriptReply.Of((byte[]?)null);
            case "watch":
                return ScriptReply.Of(Array.Empty<ScriptReply>());
            case "group_open":
                _recorder.OpenGroup(call.Queue, Text(arguments[0]), arguments[1][0] == '1', arguments[3]);
                return Number(0);
            case "group_look":
                return Look(_recorder.FindGroup(call.Queue, Text(arguments[0])), Text(arguments[1]));
            case "group_members":
                return Members(call);
            case "group_pending":
                return ScriptReply.Of([Nothing, .. Pending(call.Queue, Text(arguments[0])).Select(t => ScriptReply.Of(t.Id.ToBytes()))]);
            case "group_delete":
                _recorder.DeleteGroup(call.Queue, Text(arguments[0]));
                return Number(0);
            case "chain_load":
                _recorder.LoadChain(GuidOf(arguments[0]), int.Parse(Text(arguments[1]), CultureInfo.InvariantCulture), arguments.Skip(2));
                return Number(1);
            case "chain_start":
                _recorder.StartChain(TaskId.FromBytes(arguments[0], call.Queue), arguments[2][0] == '1', Text(arguments[4]), arguments[5]);
                return Number(1);
            case "chain_look":
                return Look(arguments[0].Length == 0 ? _recorder.FindChain(call.Queue, Text(arguments[1])) : _recorder.FindChain(GuidOf(arguments[0])));
            case "chain_cancel":
                return Current(_recorder.FindChain(GuidOf(call.Name)), call.Queue);
            case "schedule_put":
                return _schedules.Put(call);
            case "schedule_list":
                return _schedules.List(call);
            case "schedule_change":
                return _schedules.Change(call);
            default:
                throw new NotSupportedException($"What was asked for ({call.Script}) is known only where there is a Redis: this client only records what is enqueued. Use a TestCluster for this test.");
        }
    }

    /// <summary>Like lookup.lua: the record; or lane, due time, and element.</summary>
    private ScriptReply LookAt(TaskId id)
    {
        if (_recorder.RecordOf(id) is { } record)
            return ScriptReply.Of([Word("r"), ScriptReply.Of(record)]);
        if (_recorder.Find(id) is not { } task)
            return ScriptReply.Of([Word("u")]);
        return ScriptReply.Of(
        [
            Word(task.Due is null ? "q" : "d"),
            Word(task.Task.Options.Lane.ToString()),
            task.Due is { } due ? Number(due.ToUnixTimeMilliseconds()) : default,
            ScriptReply.Of(task.Element),
        ]);
    }

    private ScriptReply Cancel(TaskId id, byte[] outcome) => Word(_recorder.Cancel(id, outcome) switch
    {
        CancelResult.Cancelled => "cancelled",
        CancelResult.Requested => "requested",
        CancelResult.AlreadyFinished => "finished",
        _ => "unknown",
    });

    /// <summary>Like sizes.lua: waiting by priority, of a later version, delayed, and zeros for the rest; -1 = the age of the oldest is not known.</summary>
    private ScriptReply Sizes(string queue)
    {
        var unfinished = _recorder.Waiting(queue).ToArray();
        var waiting = new long[TaskPriority.Count];
        foreach (var task in unfinished.Where(t => t.Due is null))
            waiting[task.Task.Options.Priority]++;
        return ScriptReply.Of([.. waiting.Select(Number), Number(0), Number(unfinished.Count(t => t.Due is not null)), .. new long[] { 0, 0, 0, 0, -1, 0, 0, 0 }.Select(Number)]);
    }

    /// <summary>Enough, known, finished, without success, enqueued, open, of earlier uses.</summary>
    private ScriptReply Look(RecordedGroup? group, string need)
    {
        if (group is null)
            return ScriptReply.Of([Number(0), Number(0), Number(0), Number(0), Number(0), Number(0), Number(0)]);
        var finished = Finished(group).ToArray();
        var enough = need == "a" ? !group.IsOpen && finished.Length >= group.Members.Count : finished.Length >= int.Parse(need, CultureInfo.InvariantCulture);
        return ScriptReply.Of(
        [
            Number(enough ? 1 : 0),
            Number(1),
            Number(finished.Length),
            Number(finished.Count(f => f.State != TaskState.Succeeded)),
            Number(group.Members.Count),
            Number(group.IsOpen ? 1 : 0),
            Number(0),
        ]);
    }

    /// <summary>The finished members: id, state as a digit, queue if it differs.</summary>
    private ScriptReply Members(ScriptCall call)
    {
        if (_recorder.FindGroup(call.Queue, Text(call.Name)) is not { } group)
            return ScriptReply.Of(Array.Empty<ScriptReply>());
        var first = int.Parse(Text(call.Arguments[0]), CultureInfo.InvariantCulture);
        var last = int.Parse(Text(call.Arguments[1]), CultureInfo.InvariantCulture);
        return ScriptReply.Of(
        [
            .. Finished(group).Skip(first).Take(last - first + 1).Select(m => ScriptReply.Of(
                [.. m.Task.Id.ToBytes(), (byte)('0' + (int)m.State), .. m.Task.Id.Queue == call.Queue ? [] : Encoding.UTF8.GetBytes(m.Task.Id.Queue)])),
        ]);
    }

    private IEnumerable<RecordedTask> Pending(string queue, string label) =>
        _recorder.FindGroup(queue, label)?.Members.Where(m => m.Id.Queue == queue && _recorder.RecordOf(m.Id) is null) ?? [];

    private IEnumerable<(RecordedTask Task, TaskState State)> Finished(RecordedGroup group) =>
        group.Members.Select(m => (Task: m, State: StateOf(m))).Where(m => m.State is not null).Select(m => (m.Task, m.State!.Value));

    private TaskState? StateOf(RecordedTask task) =>
        _recorder.RecordOf(task.Id) is { } record ? TaskOutcome.Read(record, task.Id, _format, out _).State : null;

    /// <summary>Ended, known, id, steps finished, steps, state or nothing, the running step, group.</summary>
    private ScriptReply Look(RecordedChain? chain)
    {
        if (chain is null)
            return ScriptReply.Of([Number(0), Number(0)]);
        var (finished, state, isOver) = Progress(chain);
        return ScriptReply.Of(
        [
            Number(isOver ? 1 : 0),
            Number(1),
            ScriptReply.Of(chain.Id.ToBytes()),
            Number(finished),
            Number(chain.Steps.Count),
            isOver ? Number((int)state!) : Nothing,
            isOver ? Nothing : ScriptReply.Of(StepOf(chain, finished)),
            ScriptReply.Of(ScriptCall.Text(chain.Label)),
        ]);
    }

    private (int Finished, TaskState? Last, bool IsOver) Progress(RecordedChain chain)
    {
        TaskState? last = null;
        for (var i = 0; i < chain.Steps.Count; i++)
        {
            if (StateOf(chain.Steps[i]) is not { } state)
                return (i, last, false);
            last = state;
            if (state != TaskState.Succeeded && !chain.ContinueOnFailure)
                return (i + 1, last, true);
        }

        return (chain.Steps.Count, last, true);
    }

    /// <summary>The running step; nothing if the chain has ended, nil if it is unknown.</summary>
    private ScriptReply Current(RecordedChain? chain, string queue)
    {
        if (chain is null || chain.Id.Queue != queue)
            return ScriptReply.Of((byte[]?)null);
        var (finished, _, isOver) = Progress(chain);
        return ScriptReply.Of(isOver ? [] : StepOf(chain, finished));
    }

    private static byte[] StepOf(RecordedChain chain, int step)
    {
        var id = chain.Steps[step].Id;
        return [.. id.ToBytes(), .. id.Queue == chain.Id.Queue ? [] : Encoding.UTF8.GetBytes(id.Queue)];
    }

    private static ScriptReply Nothing => ScriptReply.Of(Array.Empty<byte>());

    private static TaskId IdOf(ScriptCall call) => TaskId.FromBytes(call.Name, call.Queue);

    private static ScriptReply Word(string word) => ScriptReply.Of(ScriptCall.Text(word));

    private static Guid GuidOf(ReadOnlySpan<byte> bytes) => new(bytes[..TaskId.ByteLength], bigEndian: true);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static ScriptReply Number(long number) => ScriptReply.Of(ScriptCall.Number(number));

    public ValueTask DisposeAsync() => default;
}
