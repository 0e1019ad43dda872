using System.Buffers.Binary;
using System.Text;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;

namespace QCluster.Testing.Recording;

/// <summary>The enqueued tasks and their state. Not thread-safe: the broker in front has a lock.</summary>
internal sealed class Recorder(TaskReader reader, PrescribedResults results, TimeProvider clock)
{
    private const int EntryHeader = 7;

    private readonly List<RecordedTask> _tasks = [];
    private readonly Dictionary<Guid, RecordedTask> _byId = [];
    private readonly Dictionary<Guid, byte[]> _records = [];
    private readonly Dictionary<(string Queue, string Name), TaskId> _names = [];
    private readonly Dictionary<(string Queue, string Key), (RecordedTask Task, DateTimeOffset? Until)> _unique = [];
    private readonly Dictionary<(string Queue, string Label), RecordedGroup> _groups = [];
    private readonly Dictionary<Guid, List<byte[]>> _loadedSteps = [];
    private readonly Dictionary<Guid, RecordedChain> _chains = [];
    private readonly Dictionary<(string Queue, string Label), Guid> _chainsOfGroups = [];

    public IReadOnlyList<RecordedTask> Tasks => _tasks;

    public void Clear()
    {
        _tasks.Clear();
        _byId.Clear();
        _records.Clear();
        _names.Clear();
        _unique.Clear();
        _groups.Clear();
        _loadedSteps.Clear();
        _chains.Clear();
        _chainsOfGroups.Clear();
    }

    /// <summary>The id of the task that holds the unique key, or null.</summary>
    public byte[]? Enqueue(EnqueueBatch batch)
    {
        foreach (var element in batch.Elements)
        {
            var unique = TaskReader.UniqueKey(element);
            if (unique is { } key && Holder(batch.Queue, key.Key) is { } holder)
                return holder.Id.ToBytes();
            var label = reader.Packet(element, batch.Queue).Group;
            var task = reader.Read(element, batch, label is null ? null : _groups.GetValueOrDefault((batch.Queue, label)));
            var due = batch.Due ?? (batch.Delay is { } delay ? clock.GetUtcNow() + delay : null);
            var recorded = Add(TaskElement.Read(element).Key.Id, element, task, due, batch.Queue);
            if (unique is { } held)
                _unique[(batch.Queue, held.Key)] = (recorded, held.Window is { } window ? clock.GetUtcNow() + window : null);
        }

        return null;
    }

    private RecordedTask? Holder(string queue, string key) =>
        _unique.TryGetValue((queue, key), out var holder) && (holder.Until is { } until ? until > clock.GetUtcNow() : RecordOf(holder.Task.Id) is null) ? holder.Task : null;

    private RecordedTask Add(Guid id, byte[] element, EnqueuedTask task, DateTimeOffset? due, string groupQueue)
    {
        var recorded = new RecordedTask(new TaskId(id, task.Queue), element, task, due);
        // The same element once more is the repetition of a call.
        if (!_byId.TryAdd(id, recorded))
            return _byId[id];
        _tasks.Add(recorded);
        if (task.Options.TaskName is { } name)
            _names[(task.Queue, name)] = recorded.Id;
        if (task.Options.Group is { } label)
            Group(groupQueue, label).Members.Add(recorded);
        return recorded;
    }

    public TaskId? Named(string queue, string name) => _names.TryGetValue((queue, name), out var id) ? id : null;

    public RecordedTask? Find(TaskId id) => _byId.GetValueOrDefault(id.Value);

    /// <summary>The record of a task: a prescribed one, or that of a run in the caller's process or of a cancel.</summary>
    public byte[]? RecordOf(TaskId id)
    {
        if (_records.TryGetValue(id.Value, out var record))
            return record;
        if (results.RecordOf(id, Find(id)) is { } prescribed)
            return _records[id.Value] = prescribed;
        return null;
    }

    public void Save(TaskId id, byte[] record) => _records[id.Value] = record;

    public bool Forget(TaskId id) => _records.Remove(id.Value);

    public CancelResult Cancel(TaskId id, byte[] outcome)
    {
        if (RecordOf(id) is not null)
            return CancelResult.AlreadyFinished;
        if (Find(id) is not { } task)
            return CancelResult.Unknown;
        task.Task.IsCancelled = true;
        Save(id, [.. outcome, .. task.Element]);
        return CancelResult.Cancelled;
    }

    /// <summary>Those of a queue that have no record.</summary>
    public IEnumerable<RecordedTask> Waiting(string queue) => _tasks.Where(t => t.Id.Queue == queue && RecordOf(t.Id) is null);

    public RecordedGroup? FindGroup(string queue, string label) => _groups.GetValueOrDefault((queue, label));

    public void DeleteGroup(string queue, string label) => _groups.Remove((queue, label));

    private RecordedGroup Group(string queue, string label) =>
        _groups.TryGetValue((queue, label), out var group) ? group : _groups[(queue, label)] = new RecordedGroup();

    /// <summary>Opens a group for further members, or closes it. The callback: a lane, and the element.</summary>
    public void OpenGroup(string queue, string label, bool open, byte[] callback)
    {
        var group = Group(queue, label);
        group.IsOpen = open;
        group.IsSet = true;
        if (callback.Length > 0)
            group.Callback = reader.Packet(callback[1..], queue).Func;
    }

    public void LoadChain(Guid chain, int from, IEnumerable<byte[]> steps)
    {
        if (!_loadedSteps.TryGetValue(chain, out var loaded))
            _loadedSteps.Add(chain, loaded = []);
        loaded.RemoveRange(from, loaded.Count - from);
        loaded.AddRange(steps);
    }

    /// <summary>The hook: a priority, and the element.</summary>
    public void StartChain(TaskId id, bool continueOnFailure, string label, byte[] hook)
    {
        if (!_loadedSteps.Remove(id.Value, out var steps))
            return;
        var place = new EnqueuedChain(id.ToString(), 0, steps.Count)
        {
            Hook = hook.Length == 0 ? null : reader.Packet(hook[1..], id.Queue).Func,
            ContinueOnFailure = continueOnFailure,
        };
        var chain = new RecordedChain(id, label, continueOnFailure, [.. steps.Select((step, i) => AddStep(id, step, place with { Step = i }))]);
        _chains[id.Value] = chain;
        _chainsOfGroups[(id.Queue, label)] = id.Value;
    }

    /// <summary>The form in which a step is added: see chain.lua.</summary>
    private RecordedTask AddStep(TaskId chain, byte[] entry, EnqueuedChain place)
    {
        var delay = BinaryPrimitives.ReadUInt32BigEndian(entry.AsSpan(2));
        var queue = entry[6] == 0 ? chain.Queue : Encoding.UTF8.GetString(entry, EntryHeader, entry[6]);
        var element = entry[(EntryHeader + entry[6])..];
        var task = reader.Read(element, queue, delay == 0 ? null : TimeSpan.FromMilliseconds(delay), place);
        return Add(TaskElement.Read(element).Key.Id, element, task, null, chain.Queue);
    }

    public RecordedChain? FindChain(Guid id) => _chains.GetValueOrDefault(id);

    public RecordedChain? FindChain(string queue, string label) => _chainsOfGroups.TryGetValue((queue, label), out var id) ? _chains[id] : null;
}
