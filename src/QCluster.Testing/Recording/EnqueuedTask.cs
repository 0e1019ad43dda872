using QCluster.Execution.Records;
using QCluster.TaskClasses;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Testing;

/// <summary>A call that code under test has enqueued, as it would have been in Redis.</summary>
public sealed class EnqueuedTask
{
    private readonly ReadOnlyMemory<byte> _args;
    private readonly ReadOnlyMemory<byte> _kwargs;
    private readonly RecordDecoder _decoder;

    internal EnqueuedTask(TaskPacket packet, TaskCall call, TaskOptions options, RecordDecoder decoder)
    {
        _args = packet.Args;
        _kwargs = packet.Kwargs;
        _decoder = decoder;
        Id = packet.Id.ToString();
        Enqueued = packet.Id.Created;
        Call = call;
        Options = options;
    }

    /// <summary>The id that the caller got.</summary>
    public string Id { get; }

    /// <summary>The time of the call, by the client's clock, in milliseconds.</summary>
    public DateTimeOffset Enqueued { get; }

    /// <summary>The function's name.</summary>
    public string Func => Call.Func;

    /// <summary>The queue of the task.</summary>
    public string Queue => Options.Queue!;

    /// <summary>
    /// The arguments by position, in their wire form: whole numbers as <see cref="long"/>, objects as dictionaries; null for an argument of a chain's step that
    /// is the value of the previous step. <see cref="Arg{T}(int)"/> reads them as a worker would.
    /// </summary>
    public IReadOnlyList<object?> Args => Call.Args;

    /// <summary>The arguments by name, in their wire form.</summary>
    public IReadOnlyDictionary<string, object?> Kwargs => Call.Kwargs!;

    /// <summary>Function and arguments, in the form of <see cref="TaskHarness.RunAsync(TaskCall, TaskOptions?)"/>.</summary>
    public TaskCall Call { get; }

    /// <summary>The options of the call: queue, priority, name, group, hook, delay, time-out, retries and others.</summary>
    public TaskOptions Options { get; }

    /// <summary>The id of the task that enqueued it; null for a call outside a task.</summary>
    public string? EnqueuedBy { get; } = TaskContext.Current?.Id;

    /// <summary>The position in a chain; null if it is not a step of one.</summary>
    public EnqueuedChain? Chain { get; internal init; }

    /// <summary>Its iteration or set: the id that <c>AsyncIter</c> returned, or the <see cref="TaskSetResult.TaskSetId"/>. Null for other tasks.</summary>
    public string? Set { get; internal init; }

    /// <summary>The function that is called once all tasks of its set have ended, or null.</summary>
    public string? SetCallback { get; internal init; }

    /// <summary>True if the task was cancelled before its result was known.</summary>
    public bool IsCancelled { get; internal set; }

    /// <summary>An argument by position, read as a type, as a worker reads it for a parameter of that type.</summary>
    /// <typeparam name="T">The type of the parameter.</typeparam>
    /// <param name="index">The index, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no argument with that index.</exception>
    /// <exception cref="SerializationException">The argument does not fit the type.</exception>
    public T Arg<T>(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Args.Count);
        var reader = new WireReader(_args);
        reader.ReadArrayHeader();
        for (var i = 0; i < index; i++)
            reader.Skip();
        return _decoder.Read<T>(reader.ReadRaw());
    }

    /// <summary>An argument by name, read as a type.</summary>
    /// <typeparam name="T">The type of the parameter.</typeparam>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is no argument with that name.</exception>
    /// <exception cref="SerializationException">The argument does not fit the type.</exception>
    public T Arg<T>(string name)
    {
        if (!Kwargs.ContainsKey(name))
            throw new KeyNotFoundException($"{Func} was enqueued without an argument named '{name}'. It has {Args.Count} by position and by name: {string.Join(", ", Kwargs.Keys)}.");
        var reader = new WireReader(_kwargs);
        reader.ReadMapHeader();
        while (reader.ReadString() != name)
            reader.Skip();
        return _decoder.Read<T>(reader.ReadRaw());
    }

    /// <summary>Returns the call in one line.</summary>
    public override string ToString() =>
        $"{Func}({string.Join(", ", Args.Select(Text).Concat(Kwargs.Select(k => $"{k.Key}: {Text(k.Value)}")))})";

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        _ => value.ToString() ?? "",
    };
}
