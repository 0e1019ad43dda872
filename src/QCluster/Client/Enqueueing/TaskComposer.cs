using MessagePack;
using QCluster.Client.Chains;
using QCluster.Execution.Functions;
using QCluster.Execution.Telemetry;
using QCluster.Model;
using QCluster.Wire;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Client.Enqueueing;

/// <summary>Makes elements of calls and their options.</summary>
internal sealed class TaskComposer(QClusterOptions settings, PacketFormat format)
{
    // The results of hooks and callbacks are not read.
    private static readonly ResultOptions Unwanted = new() { Ignore = true };

    /// <summary>The element of a task of its own.</summary>
    public byte[] Compose(TaskId id, TaskCall call, TaskOptions options, byte[]? chainHook = null)
    {
        var followUps = new FollowUps();
        if (chainHook is not null)
            followUps.AddChainHook(TaskPriority.Normal, chainHook);
        if (options.Group is { } group)
            followUps.AddGroup(group);
        if (options.UniqueKey is { } key)
            followUps.AddUnique(key, options.UniqueWindow);
        return Compose(Packet(id, call, options), followUps);
    }

    /// <summary>The element of a group's callback, which gets the records of its members.</summary>
    public byte[] ComposeCallback(TaskId id, TaskCall call, TaskOptions options, string group)
    {
        var packet = Packet(id, call, options);
        packet.CallbackOf = group;
        return Compose(packet, new FollowUps());
    }

    /// <summary>The pattern of a schedule's tasks.</summary>
    public byte[] ComposePattern(TaskId id, TaskCall call, TaskOptions options, string schedule)
    {
        var packet = Packet(id, call, options);
        // Its tasks start long after the call that added the schedule.
        packet.TraceParent = packet.TraceState = null;
        packet.Schedule = schedule;
        return packet.ToElement(format);
    }

    /// <summary>The element of a chain's step.</summary>
    public byte[] ComposeStep(TaskId id, TaskCall call, TaskOptions options, ChainPlace place)
    {
        var followUps = new FollowUps();
        var home = place.Chain.Queue == id.Queue ? null : place.Chain.Queue;
        followUps.AddChain(place.Chain.ToBytes(), place.Step, home);
        var packet = Packet(id, call, options);
        packet.Group = place.Group;
        packet.Previous = TakesPrevious(call) ? place.Previous?.ToString() : null;
        packet.Queue = home is null ? null : id.Queue;
        return Compose(packet, followUps);
    }

    /// <summary>The element of a hook: of a task, or of a chain as a whole, when <paramref name="of"/> is null.</summary>
    public byte[] ComposeHook(TaskId id, string func, byte[]? args, TaskId? of, string? group)
    {
        var packet = Traced(new TaskPacket { Id = id, Func = func, Args = args, HookOf = of?.ToString() ?? "", Group = group, Result = Unwanted });
        return packet.ToElement(format);
    }

    /// <summary>The element of a callback.</summary>
    private byte[] ComposeValueCallback(TaskId of, string func)
    {
        var packet = Traced(new TaskPacket { Id = of.ForCallback(), Func = func, Args = PreviousValue.Alone, ValueOf = of.ToString(), Result = Unwanted });
        return packet.ToElement(format);
    }

    /// <summary>A finished task again, with all its options, under a new id; or the task of an occurrence.</summary>
    public byte[] Recompose(TaskId id, TaskPacket packet, DateTimeOffset? slot = null, DateTimeOffset? expires = null)
    {
        var again = Traced(packet.With(id));
        again.Slot = slot;
        again.Expires = expires ?? again.Expires;
        again.Schedule = slot is null ? null : packet.Schedule;
        var followUps = new FollowUps();
        if (packet.Group is { } group)
            followUps.AddGroup(group);
        return Compose(again, followUps);
    }

    public static bool TakesPrevious(TaskCall call) =>
        call.Args.Any(a => a is PreviousResult) || call.Kwargs?.Values.Any(a => a is PreviousResult) == true;

    private byte[] Compose(TaskPacket packet, FollowUps followUps)
    {
        var limits = packet.Limits;
        var priority = packet.Priority ?? TaskPriority.Normal;
        if (packet.Name is { } name)
            followUps.AddName(name);
        if (limits.Rate is { } rate)
            followUps.AddRate(RateLimit.Parse(rate), limits.RateKey ?? packet.Func);
        if (limits.ConcurrencyKey is { } concurrent)
            followUps.AddConcurrency(limits.Concurrency ?? 1, concurrent);
        if (packet.Hook is { } hook)
            followUps.AddHook(priority, ComposeHook(packet.Id.ForHook(), hook, packet.HookArgs, packet.Id, null));
        if (packet.Callback is { } callback)
            followUps.AddCallback(priority, ComposeValueCallback(packet.Id, callback));
        var plain = packet.ToElement(format);
        var element = followUps.ApplyTo(packet.Attachment.IsEmpty ? plain : TaskElement.Attached(plain, packet.Attachment.Span));
        var length = element.Length - packet.Attachment.Length;
        return length <= format.Limits.MaxLength ? element : throw new SerializationException($"The task {packet.Func} with its hook has {length} bytes; at most {format.Limits.MaxLength} are accepted (max_packet_bytes).");
    }

    private TaskPacket Packet(TaskId id, TaskCall call, TaskOptions options)
    {
        FunctionRules.CheckCalled(call.Func, "func");
        using var kwargs = new PooledBuffer(16);
        if (call.Kwargs is { Count: > 0 } named)
        {
            var map = new MessagePackWriter(kwargs);
            map.WriteMapHeader(named.Count);
            foreach (var (name, value) in named)
            {
                map.WriteText(name);
                WriteArgument(ref map, call, $"argument '{name}'", value);
            }

            map.Flush();
        }

        return Traced(new TaskPacket
        {
            Id = id,
            Func = call.Func,
            Args = Arguments(call),
            Kwargs = kwargs.WrittenSpan.ToArray(),
            Name = options.TaskName,
            Retry = options.ToRetry(),
            Limits = options.ToLimits(),
            Result = options.ToResult(settings.Cached, settings.ResultTtl),
            Expires = options.Expires,
            Group = options.Group,
            Hook = options.Hook,
            HookArgs = options.Hook is not null && options.HookArgs is { Count: > 0 } ? HookArguments(options.Hook, options.HookArgs) : null,
            Priority = options.Priority == TaskPriority.Normal ? null : options.Priority,
            Isolated = options.Isolated,
            Callback = options.Callback,
        });
    }

    private static TaskPacket Traced(TaskPacket packet)
    {
        (packet.TraceParent, packet.TraceState) = TraceContext.Current;
        return packet;
    }

    public byte[] HookArguments(string hook, IReadOnlyList<object?> args) => Arguments(new TaskCall(hook) { Args = args });

    private byte[] Arguments(TaskCall call)
    {
        using var args = new PooledBuffer();
        var writer = new MessagePackWriter(args);
        writer.WriteArrayHeader(call.Args.Count);
        for (var i = 0; i < call.Args.Count; i++)
            WriteArgument(ref writer, call, $"argument {i + 1}", call.Args[i]);
        writer.Flush();
        return args.WrittenSpan.ToArray();
    }

    private void WriteArgument(ref MessagePackWriter writer, TaskCall call, string which, object? value)
    {
        if (value is PreviousResult)
        {
            PreviousValue.WritePlaceholder(ref writer);
            return;
        }

        try
        {
            format.Serializer.Write(ref writer, value, typeof(object));
        }
        catch (SerializationException e)
        {
            throw new SerializationException($"The {which} of {call.Func} cannot be sent. {e.Message}", e);
        }
    }
}
