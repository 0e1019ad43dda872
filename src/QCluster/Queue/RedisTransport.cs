using System.Globalization;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using QCluster.Model;
using QCluster.Queue.Clusters;
using QCluster.Queue.Doctor;
using QCluster.Queue.Queues;
using QCluster.Model.Faults;
using QCluster.Redis;
using QCluster.Wire.Packets;
using StackExchange.Redis;

namespace QCluster.Queue;

/// <summary>Sends a client's scripts over its own connection.</summary>
internal sealed class RedisTransport : IScriptTransport
{
    private const int MaxBatch = 1000;
    private const long AnnounceAgain = 60_000;
    private const int MaxBatchBytes = 1 << 20;

    private static readonly RedisScript EnqueueScript = RedisScript.Load("enqueue");
    private static readonly RedisScript EnqueueDelayedScript = RedisScript.Load("enqueue_delayed");
    private static readonly RedisScript ForcedEnqueueScript = EnqueueScript.Forced();
    private static readonly RedisScript ForcedDelayedScript = EnqueueDelayedScript.Forced();
    private static readonly RedisScript ForcedScript = RedisScript.Load("forced");

    private static readonly Dictionary<TaskLane, RedisValue> FreshLanes = TaskLane.All.ToDictionary(lane => lane, lane => (RedisValue)$"{lane}f");

    private readonly RedisConnection _connection;
    private readonly string _name;
    private readonly ConcurrentDictionary<string, RedisKeys> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _announced = new(StringComparer.Ordinal);
    private readonly CompletionListener _completions;
    private readonly EnqueueCombiner _combiner;

    public RedisTransport(RedisConnection connection, string name, TimeProvider clock, ILogger logger)
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
        // Repeated at times: the queue may have been removed from the list.
        if (_announced.TryGetValue(queue, out var at) && Environment.TickCount64 - at < AnnounceAgain)
            return;
        if (isForced)
            await _connection.ScriptAsync(ForcedScript, [RedisKeys.Queues(_name)], ["SADD", queue], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        else
            await _connection.ExecuteAsync("SADD", [(string)RedisKeys.Queues(_name)!, queue], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        _announced[queue] = Environment.TickCount64;
    }

    /// <summary>A number needs no reply. An id has 16 bytes; an unmet demand is a letter.</summary>
    private static byte[]? Answer(RedisResult reply)
    {
        var bytes = (byte[])reply!;
        return bytes.Length == TaskId.ByteLength || QueueRefusal.IsOne(bytes) || (bytes.Length == 1 && !char.IsAsciiDigit((char)bytes[0])) ? bytes : null;
    }

    /// <summary>True for a call without options of its own, which can be joined with others.</summary>
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

    /// <summary>See room.lua: a call with several tasks is refused as a whole.</summary>
    private static string RoomOf(EnqueueBatch batch, int start) =>
        batch.Forced || start > 0 ? "x;" : batch.Joined || batch.Elements.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"a{batch.Elements.Count};");

    private static RedisValue Again(RedisValue lane) => $"{((string)lane!)[..^1]}r";

    public async Task<ScriptReply> RunAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        var script = call.Script;
        if (script.Announces)
            await AnnounceAsync(call.Queue, cancellationToken).ConfigureAwait(false);
        var keys = KeysOf(call.Queue);
        var key = keys.Named(script.Key, call.Name);
        var arguments = new RedisValue[1 + call.Arguments.Count];
        arguments[0] = keys.Prefix;
        for (var i = 0; i < call.Arguments.Count; i++)
            arguments[i + 1] = call.Arguments[i];
        var reply = script.IsJoined
            ? await _connection.JoinedScriptAsync(script.Script, key, arguments, cancellationToken).ConfigureAwait(false)
            : await _connection.ScriptAsync(script.Script, [key], arguments, RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        if (script == QueueScripts.Remove && (QueueRemoval)(long)reply == QueueRemoval.Removed)
            await UnlistAsync(call.Queue, cancellationToken).ConfigureAwait(false);
        return Convert(reply, script.ReturnsList);
    }

    public Task<ScriptReply> WaitAsync(ScriptCall call, Guid key, TimeSpan wait, CancellationToken cancellationToken) =>
        wait == TimeSpan.Zero ? RunAsync(Watching(call, "", key), cancellationToken) : _completions.WaitAsync(
            key,
            wait,
            async (channel, token) =>
            {
                var reply = await RunAsync(Watching(call, channel, key), token).ConfigureAwait(false);
                return (reply, call.Script.IsOver(reply));
            },
            call.Script.FromMessage,
            cancellationToken);

    /// <summary>The list of queues is in another slot of Redis Cluster, so it is changed afterwards. A concurrent user of the queue may have added it again before.</summary>
    private async Task UnlistAsync(string queue, CancellationToken cancellationToken)
    {
        _announced.TryRemove(queue, out _);
        await _connection.ExecuteAsync("SREM", [(string)RedisKeys.Queues(_name)!, queue], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        var keys = KeysOf(queue);
        var script = QueueScripts.Remove;
        var now = (long)await _connection.ScriptAsync(script.Script, [keys.Named(script.Key)], [keys.Prefix, 1], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        if ((QueueRemoval)now != QueueRemoval.Removed)
            await AnnounceAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    private static ScriptCall Watching(ScriptCall call, string channel, Guid key) =>
        call with { Arguments = [.. call.Arguments, ScriptCall.Text(channel), key.ToByteArray(bigEndian: true)] };

    private static ScriptReply Convert(RedisResult result, bool isList) => isList
        ? ScriptReply.Of(Array.ConvertAll((RedisResult[])result!, static item => Convert(item, isList: false)))
        : ScriptReply.Of(result.IsNull ? null : (byte[])result!);

    public async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken)
    {
        var reply = await _connection.ExecuteAsync("SMEMBERS", [(string)RedisKeys.Queues(_name)!], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        return ((RedisResult[])reply!).Select(r => (string)r!).Order(StringComparer.Ordinal).ToArray();
    }

    /// <summary>Returns the address of Redis, without secrets, and its INFO, by name.</summary>
    public async Task<(string Display, IReadOnlyDictionary<string, string> Info)> StatusAsync(CancellationToken cancellationToken)
    {
        var text = (string)(await _connection.ExecuteAsync("INFO", [], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
        return (_connection.Display, text.Split('\n').Select(line => line.Trim().Split(':', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));
    }

    /// <summary>Returns the problems of the server itself.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineServerAsync(CancellationToken cancellationToken)
    {
        if (await new QueueScripts(this).ServerAsync(TaskId.DefaultQueue, cancellationToken).ConfigureAwait(false) is not { } server)
            return [];
        var findings = new List<Finding>();
        if (server.Loss is { } loss)
            findings.Add(new Finding("", _connection.Display, loss, RedisServerState.Remedy, Mended: false));
        if (server.IsActiveReplica)
            findings.Add(new Finding("", _connection.Display, RedisServerState.ActiveReplicaProblem, "", Mended: false));
        return findings;
    }

    /// <summary>Returns the problems of a queue.</summary>
    public Task<IReadOnlyList<Finding>> ExamineAsync(string queue, bool mend, CancellationToken cancellationToken) =>
        new QueueDoctor(_connection, KeysOf(queue), mend).ExamineAsync(cancellationToken);

    /// <summary>The scripts of a cluster for a queue, over the same connection.</summary>
    public ClusterScripts ClusterOf(string queue, int maxElementSize) => new(_connection, KeysOf(queue), maxElementSize);

    public async ValueTask DisposeAsync()
    {
        await _completions.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
