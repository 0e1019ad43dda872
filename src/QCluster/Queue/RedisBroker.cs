using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using QCluster.Model;
using QCluster.Queue.Doctor;
using QCluster.Model.Faults;
using QCluster.Redis;
using QCluster.Wire.Packets;
using StackExchange.Redis;

namespace QCluster.Queue;

/// <summary>The client's side of Redis over a connection of its own.</summary>
internal sealed class RedisBroker : IBroker
{
    private const int MaxBatch = 1000;
    private const long AnnounceAgain = 60_000;
    private const int MaxBatchBytes = 1 << 20;

    private static readonly RedisScript EnqueueScript = RedisScript.Load("enqueue");
    private static readonly RedisScript EnqueueDelayedScript = RedisScript.Load("enqueue_delayed");
    private static readonly RedisScript ForcedEnqueueScript = EnqueueScript.Forced();
    private static readonly RedisScript ForcedDelayedScript = EnqueueDelayedScript.Forced();
    private static readonly RedisScript ForcedScript = RedisScript.Load("forced");
    private static readonly RedisScript LookupScript = RedisScript.Load("lookup");
    private static readonly RedisScript CancelScript = RedisScript.Load("cancel");
    private static readonly RedisScript SizesScript = RedisScript.Load("sizes");

    private static readonly Dictionary<TaskLane, RedisValue> FreshLanes = TaskLane.All.ToDictionary(lane => lane, lane => (RedisValue)$"{lane}f");

    private readonly RedisConnection _connection;
    private readonly string _name;
    private readonly ConcurrentDictionary<string, RedisKeys> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _announced = new(StringComparer.Ordinal);
    private readonly CompletionListener _completions;
    private readonly EnqueueCombiner _combiner;

    public RedisBroker(RedisConnection connection, string name, TimeProvider clock, ILogger logger)
    {
        _connection = connection;
        _name = name;
        _completions = new CompletionListener(connection, name, clock, logger);
        _combiner = new EnqueueCombiner(batch => SendPartAsync(batch, 0, batch.Elements.Count, CancellationToken.None));
    }

    public RedisKeys KeysOf(string queue) => _keys.GetOrAdd(queue, static (q, name) => new RedisKeys(name, q), _name);

    public async Task<byte[]?> EnqueueAsync(EnqueueBatch batch, CancellationToken cancellationToken)
    {
        FaultPoint.Pass(CrashPoint.EnqueueNotSent, _connection.Drop);
        var holder = await SendAsync(batch, cancellationToken).ConfigureAwait(false);
        FaultPoint.Pass(CrashPoint.Enqueued, _connection.Drop);
        return holder;
    }

    private async Task<byte[]?> SendAsync(EnqueueBatch batch, CancellationToken cancellationToken)
    {
        await AnnounceAsync(batch.Queue, cancellationToken, batch.Forced).ConfigureAwait(false);

        if (batch.Elements.Count == 1 && IsPlain(batch))
        {
            var (sending, index) = _combiner.Enqueue(batch, cancellationToken);
            return QueueRefusal.Concerning(await sending.ConfigureAwait(false), index);
        }

        // The first part asks whether there is room for all of them.
        var end = EndOfPart(batch, 0);
        var first = await SendPartAsync(batch, 0, end, cancellationToken).ConfigureAwait(false);
        if (first is not null || end == batch.Elements.Count)
            return first;
        var replies = await _connection.ScriptsAsync(ScriptOf(batch), [KeyOf(batch)], PartsOf(batch, end), cancellationToken, RepeatOf(batch)).ConfigureAwait(false);
        return batch.Demand == EnqueueDemand.None ? null : replies.Select(Answer).FirstOrDefault(answer => answer is not null);
    }

    private async Task<byte[]?> SendPartAsync(EnqueueBatch batch, int start, int end, CancellationToken cancellationToken) =>
        Answer(await _connection.ScriptAsync(ScriptOf(batch), [KeyOf(batch)], ArgumentsOf(batch, start, end), RetryMode.Idempotent, cancellationToken, RepeatOf(batch)).ConfigureAwait(false));

    private IEnumerable<RedisValue[]> PartsOf(EnqueueBatch batch, int start)
    {
        while (start < batch.Elements.Count)
        {
            var end = EndOfPart(batch, start);
            yield return ArgumentsOf(batch, start, end);
            start = end;
        }
    }

    private static int EndOfPart(EnqueueBatch batch, int start)
    {
        var end = start;
        var bytes = 0;
        while (end < batch.Elements.Count && end - start < MaxBatch && bytes < MaxBatchBytes)
            bytes += batch.Elements[end++].Length;
        return end;
    }

    private async ValueTask AnnounceAsync(string queue, CancellationToken cancellationToken, bool isForced = false)
    {
        // Now and then once more: somebody may have removed the queue from the list.
        if (_announced.TryGetValue(queue, out var at) && Environment.TickCount64 - at < AnnounceAgain)
            return;
        if (isForced)
            await _connection.ScriptAsync(ForcedScript, [RedisKeys.Queues(_name)], ["SADD", queue], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        else
            await _connection.ExecuteAsync("SADD", [(string)RedisKeys.Queues(_name)!, queue], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        _announced[queue] = Environment.TickCount64;
    }

    /// <summary>A count needs no answer, whatever its length: an id has 16 bytes, what is not there is told by a letter.</summary>
    private static byte[]? Answer(RedisResult reply)
    {
        var bytes = (byte[])reply!;
        return bytes.Length == TaskId.ByteLength || QueueRefusal.IsOne(bytes) || (bytes.Length == 1 && !char.IsAsciiDigit((char)bytes[0])) ? bytes : null;
    }

    /// <summary>Nothing about it but its element: it can go with others.</summary>
    private static bool IsPlain(EnqueueBatch batch) =>
        batch.Demand == EnqueueDemand.None && !batch.Forced && batch.Delay is null && batch.Due is null && batch.Elements[0].Length < MaxBatchBytes / 16 && batch.Elements[0][0] == TaskElement.Version;

    private static bool IsDelayed(EnqueueBatch batch) => batch.Delay is not null || batch.Due is not null;

    private static RedisScript ScriptOf(EnqueueBatch batch) =>
        (IsDelayed(batch), batch.Forced) switch
        {
            (true, false) => EnqueueDelayedScript,
            (true, true) => ForcedDelayedScript,
            (false, false) => EnqueueScript,
            _ => ForcedEnqueueScript,
        };

    private RedisKey KeyOf(EnqueueBatch batch) => IsDelayed(batch) ? KeysOf(batch.Queue).Delayed : KeysOf(batch.Queue).List(batch.Lane);

    private static Action<RedisValue[]>? RepeatOf(EnqueueBatch batch) =>
        !IsDelayed(batch) && batch.Fresh && batch.Demand == EnqueueDemand.None ? static sent => sent[1] = Again(sent[1]) : null;

    private RedisValue[] ArgumentsOf(EnqueueBatch batch, int start, int end)
    {
        var delayed = IsDelayed(batch);
        var head = delayed ? 4 : 2;
        var arguments = new RedisValue[head + end - start];
        arguments[0] = KeysOf(batch.Queue).Prefix;
        var room = RoomOf(batch, start);
        arguments[1] = batch.Demand != EnqueueDemand.None ? $"{batch.Lane}{room}{(char)batch.Demand}{batch.DemandedFunction}"
            : delayed || !batch.Fresh ? $"{batch.Lane}{room}"
            : room.Length == 0 ? FreshLanes[batch.Lane] : $"{batch.Lane}{room}f";
        if (batch.Delay is { } delay)
        {
            arguments[2] = "in";
            arguments[3] = (long)Math.Ceiling(delay.TotalMilliseconds);
        }
        else if (batch.Due is { } due)
        {
            arguments[2] = "at";
            arguments[3] = due.ToUnixTimeMilliseconds();
        }

        for (var i = start; i < end; i++)
            arguments[head + i - start] = batch.Elements[i];
        return arguments;
    }

    /// <summary>See room.lua: of a call with several tasks all are refused, or none.</summary>
    private static string RoomOf(EnqueueBatch batch, int start) =>
        batch.Forced || start > 0 ? "x;" : batch.Joined || batch.Elements.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"a{batch.Elements.Count};");

    private static RedisValue Again(RedisValue lane) => $"{((string)lane!)[..^1]}r";

    public Task<TaskLookup> LookupAsync(TaskId id, CancellationToken cancellationToken) => LookupAsync(id, "", cancellationToken);

    public Task<TaskLookup> WaitAsync(TaskId id, TimeSpan wait, CancellationToken cancellationToken) =>
        wait == TimeSpan.Zero ? LookupAsync(id, cancellationToken) : _completions.WaitAsync(
            id.Value,
            wait,
            async (channel, token) =>
            {
                var lookup = await LookupAsync(id, channel, token).ConfigureAwait(false);
                return (lookup, lookup.Place != TaskPlace.Unfinished);
            },
            static record => new TaskLookup(TaskPlace.Finished, record),
            cancellationToken);

    public async Task<ScriptReply> RunAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        // A queue may have nothing but schedules yet.
        if (call.Script == QueueScript.SchedulePut)
            await AnnounceAsync(call.Queue, cancellationToken).ConfigureAwait(false);
        var keys = KeysOf(call.Queue);
        var arguments = new RedisValue[1 + call.Arguments.Count];
        arguments[0] = keys.Prefix;
        for (var i = 0; i < call.Arguments.Count; i++)
            arguments[i + 1] = call.Arguments[i];
        // What every cluster asks of each of its queues again and again.
        var reply = call.Script is QueueScript.ScheduleDue or QueueScript.MailTake
            ? await _connection.JoinedScriptAsync(ScriptOf(call.Script), keys.Named(call.Key), arguments, cancellationToken).ConfigureAwait(false)
            : await _connection.ScriptAsync(ScriptOf(call.Script), [keys.Named(call.Key)], arguments, call.Script == QueueScript.Claim ? RetryMode.Never : RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        if (call.Script == QueueScript.QueueRemove)
            await ListAsync(call, (long)reply, cancellationToken).ConfigureAwait(false);
        return call.Script switch
        {
            // Both say last what tasks there are, as strings that belong together; nil for a worker that is shut out.
            QueueScript.Claim => Joined(((RedisResult[])reply!)[4]),
            QueueScript.Resync => reply.IsNull ? ScriptReply.Of((byte[]?)null) : ScriptReply.Of([Convert(((RedisResult[])reply!)[0], isList: false), Joined(((RedisResult[])reply!)[1])]),
            _ => Convert(reply, ReturnsList(call.Script)),
        };
    }

    public Task<ScriptReply> WaitAsync(ScriptCall call, Guid key, TimeSpan wait, CancellationToken cancellationToken) =>
        wait == TimeSpan.Zero ? RunAsync(Watching(call, "", key), cancellationToken) : _completions.WaitAsync<ScriptReply>(
            key,
            wait,
            async (channel, token) =>
            {
                var reply = await RunAsync(Watching(call, channel, key), token).ConfigureAwait(false);
                return (reply, reply[0].Number == 1);
            },
            fromMessage: null,
            cancellationToken);

    /// <summary>The list of queues has a slot of its own, so it follows; whoever used the queue meanwhile may have announced it before.</summary>
    private async Task ListAsync(ScriptCall call, long outcome, CancellationToken cancellationToken)
    {
        const long removed = 1;
        if (outcome != removed)
            return;
        _announced.TryRemove(call.Queue, out _);
        await _connection.ExecuteAsync("SREM", [(string)RedisKeys.Queues(_name)!, call.Queue], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        var keys = KeysOf(call.Queue);
        var now = (long)await _connection.ScriptAsync(ScriptOf(call.Script), [keys.Named(call.Key)], [keys.Prefix, 1], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        if (now != removed)
            await AnnounceAsync(call.Queue, cancellationToken).ConfigureAwait(false);
    }

    private static ScriptCall Watching(ScriptCall call, string channel, Guid key) =>
        call with { Arguments = [.. call.Arguments, ScriptCall.Text(channel), key.ToByteArray(bigEndian: true)] };

    private static RedisScript ScriptOf(QueueScript script) => RedisScript.Load(script switch
    {
        QueueScript.GroupLook => "group_look",
        QueueScript.GroupOpen => "group_open",
        QueueScript.GroupMembers => "group_members",
        QueueScript.GroupDelete => "group_delete",
        QueueScript.ChainLoad => "chain_load",
        QueueScript.ChainStart => "chain_start",
        QueueScript.ChainLook => "chain_look",
        QueueScript.ChainCancel => "chain_cancel",
        QueueScript.Records => "records",
        QueueScript.Saved => "saved",
        QueueScript.NameLook => "name_look",
        QueueScript.Forget => "forget",
        QueueScript.Save => "save",
        QueueScript.SchedulePut => "schedule_put",
        QueueScript.ScheduleList => "schedule_list",
        QueueScript.ScheduleDue => "schedule_due",
        QueueScript.ScheduleFire => "schedule_fire",
        QueueScript.ScheduleChange => "schedule_change",
        QueueScript.DeadList => "dead_list",
        QueueScript.DeadRemove => "dead_remove",
        QueueScript.MailTake => "mail_take",
        QueueScript.FunctionsTell => "functions_tell",
        QueueScript.Waiting => "waiting_ids",
        QueueScript.Watch => "watch",
        QueueScript.Pause => "pause",
        QueueScript.QueueRemove => "queue_remove",
        QueueScript.History => "history",
        QueueScript.ScheduleNote => "schedule_note",
        QueueScript.PeriodicHome => "periodic_home",
        QueueScript.Served => "served",
        QueueScript.Server => "server",
        QueueScript.GroupPending => "group_pending",
        QueueScript.Heartbeat => "heartbeat",
        QueueScript.Leave => "leave",
        QueueScript.Register => "register",
        QueueScript.Resync => "resync",
        QueueScript.Claim => "claim",
        QueueScript.Ack => "ack",
        QueueScript.Release => "release",
        QueueScript.Fence => "fence",
        QueueScript.Reclaim => "reclaim",
        _ => throw new WireFormatException($"The script {(int)script} is unknown."),
    });

    // The client library does not say of a reply what it is.
    private static bool ReturnsList(QueueScript script) =>
        script is QueueScript.GroupLook or QueueScript.GroupMembers or QueueScript.ChainLook or QueueScript.Records or QueueScript.Saved
            or QueueScript.ScheduleList or QueueScript.ScheduleDue or QueueScript.DeadList or QueueScript.MailTake or QueueScript.Waiting or QueueScript.Heartbeat or QueueScript.Fence or QueueScript.Watch or QueueScript.History or QueueScript.GroupPending
            or QueueScript.PeriodicHome or QueueScript.Served;

    private static ScriptReply Joined(RedisResult parts) => ScriptReply.Of(parts.IsNull ? null : ((byte[][])parts!).SelectMany(p => p).ToArray());

    private static ScriptReply Convert(RedisResult result, bool isList) => isList
        ? ScriptReply.Of(Array.ConvertAll((RedisResult[])result!, static item => Convert(item, isList: false)))
        : ScriptReply.Of(result.IsNull ? null : (byte[])result!);

    private async Task<TaskLookup> LookupAsync(TaskId id, string channel, CancellationToken cancellationToken)
    {
        var keys = KeysOf(id.Queue);
        var bytes = id.ToBytes();
        var reply = (RedisResult[])(await _connection.ScriptAsync(LookupScript, [keys.Record(bytes)], [keys.Prefix, bytes, channel], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
        return ((string)reply[0]!)[0] switch
        {
            'r' => new TaskLookup(TaskPlace.Finished, Record: (byte[])reply[1]!),
            'q' => new TaskLookup(TaskPlace.Waiting, Ahead: (long)reply[2], Element: ElementAt(reply, 3)) { Lane = LaneOf(reply) },
            'i' => new TaskLookup(TaskPlace.Waiting) { Lane = LaneOf(reply) },
            'd' => new TaskLookup(TaskPlace.Delayed, Due: reply[2].IsNull ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse((string)reply[2]!, CultureInfo.InvariantCulture)), Element: ElementAt(reply, 3)) { Lane = LaneOf(reply) },
            'p' => new TaskLookup(TaskPlace.Limited, Element: ElementAt(reply, 2)) { Lane = LaneOf(reply) },
            'f' => new TaskLookup(TaskPlace.InFlight, Incarnation: (string)reply[2]!, Cluster: (string)reply[3]!, Element: ElementAt(reply, 4)) { Lane = LaneOf(reply) },
            'w' => new TaskLookup(TaskPlace.Unfinished),
            _ => default,
        };
    }

    private static TaskLane LaneOf(RedisResult[] reply) => TaskLane.Parse(((string)reply[1]!)[0]);

    private static ReadOnlyMemory<byte> ElementAt(RedisResult[] reply, int at) => reply.Length > at && !reply[at].IsNull ? (byte[])reply[at]! : default(ReadOnlyMemory<byte>);

    public async Task<CancelResult> CancelAsync(TaskId id, byte[] outcome, TimeSpan keep, CancellationToken cancellationToken)
    {
        var keys = KeysOf(id.Queue);
        var bytes = id.ToBytes();
        var reply = (string)(await _connection.ScriptAsync(
            CancelScript,
            [keys.Record(bytes)],
            [keys.Prefix, bytes, outcome, (long)keep.TotalMilliseconds, keys.CancelChannelPrefix],
            RetryMode.Idempotent,
            cancellationToken).ConfigureAwait(false))!;
        return reply switch
        {
            "cancelled" => CancelResult.Cancelled,
            "requested" => CancelResult.Requested,
            "finished" => CancelResult.AlreadyFinished,
            _ => CancelResult.Unknown,
        };
    }

    public async Task<QueueSizes> SizesAsync(string queue, CancellationToken cancellationToken)
    {
        const int later = TaskPriority.Count, firstCounter = later + 10;
        var keys = KeysOf(queue);
        var reply = (RedisResult[])(await _connection.ScriptAsync(SizesScript, [keys.Registrations], [keys.Prefix], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = firstCounter; i + 1 < reply.Length; i += 2)
            counters[(string)reply[i]!] = long.Parse((string)reply[i + 1]!, CultureInfo.InvariantCulture);
        var waiting = reply.Take(TaskPriority.Count).Select(r => (long)r).ToArray();
        return new QueueSizes(
            queue,
            waiting.Sum() + (long)reply[later] + (long)reply[later + 3],
            waiting,
            (long)reply[later + 1],
            (long)reply[later + 2],
            counters.GetValueOrDefault("succeeded"),
            counters.GetValueOrDefault("failed"),
            counters.GetValueOrDefault("cancelled"),
            counters.GetValueOrDefault("refused"))
        {
            Limited = (long)reply[later + 3],
            Dead = (long)reply[later + 4],
            PausedSince = (long)reply[later + 5] is var paused and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(paused) : null,
            OldestWaiting = (long)reply[later + 6] is var oldest and >= 0 ? TimeSpan.FromMilliseconds(oldest) : null,
            DelayedLag = TimeSpan.FromMilliseconds((long)reply[later + 7]),
            ScheduleLag = TimeSpan.FromMilliseconds((long)reply[later + 8]),
            At = DateTimeOffset.FromUnixTimeMilliseconds((long)reply[later + 9]),
            Retried = counters.GetValueOrDefault("retried"),
            Recovered = counters.GetValueOrDefault("recovered"),
        };
    }

    public async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken)
    {
        var reply = await _connection.ExecuteAsync("SMEMBERS", [(string)RedisKeys.Queues(_name)!], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        return ((RedisResult[])reply!).Select(r => (string)r!).Order(StringComparer.Ordinal).ToArray();
    }

    /// <summary>Where Redis is, without secrets, and what it tells of itself, by name.</summary>
    public async Task<(string Display, IReadOnlyDictionary<string, string> Info)> StatusAsync(CancellationToken cancellationToken)
    {
        var text = (string)(await _connection.ExecuteAsync("INFO", [], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
        return (_connection.Display, text.Split('\n').Select(line => line.Trim().Split(':', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));
    }

    /// <summary>What is wrong with the server itself.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineServerAsync(CancellationToken cancellationToken)
    {
        if (await ServerStateAsync(cancellationToken).ConfigureAwait(false) is not { } server)
            return [];
        var findings = new List<Finding>();
        if (server.Loss is { } loss)
            findings.Add(new Finding("", _connection.Display, loss, RedisServerState.Remedy, Mended: false));
        if (server.IsActiveReplica)
            findings.Add(new Finding("", _connection.Display, RedisServerState.ActiveReplicaProblem, "", Mended: false));
        return findings;
    }

    /// <summary>Null where <c>INFO</c> is refused.</summary>
    public async Task<RedisServerState?> ServerStateAsync(CancellationToken cancellationToken)
    {
        var info = await RunAsync(new ScriptCall(QueueScript.Server, TaskId.DefaultQueue, "c", []), cancellationToken).ConfigureAwait(false);
        return info.IsNil ? null : RedisServerState.Parse(info.Text);
    }

    /// <summary>What is wrong in a queue.</summary>
    public Task<IReadOnlyList<Finding>> ExamineAsync(string queue, bool mend, CancellationToken cancellationToken) =>
        new QueueDoctor(_connection, KeysOf(queue), mend).ExamineAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _completions.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
