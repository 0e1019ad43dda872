using MessagePack;
using QCluster.Model;
using QCluster.Wire;
using QCluster.Wire.Packets;

namespace QCluster.Testing.Recording;

/// <summary>The results that a test prescribes for tasks, as the records that a worker would have left.</summary>
internal sealed class PrescribedResults(PacketFormat format, TimeProvider clock)
{
    private readonly Dictionary<string, Func<EnqueuedTask?, object?>> _answers = new(StringComparer.Ordinal);

    public void Set(string idOrFunc, Func<EnqueuedTask?, object?> answer) => _answers[idOrFunc] = answer;

    public void Clear() => _answers.Clear();

    /// <summary>Null when nothing is prescribed for it.</summary>
    public byte[]? RecordOf(TaskId id, RecordedTask? task)
    {
        if (!_answers.TryGetValue(id.ToString(), out var answer) && (task is null || !_answers.TryGetValue(task.Task.Func, out answer)))
            return null;
        TaskOutcome outcome;
        try
        {
            outcome = Outcome(Serialise(answer(task?.Task)), null);
        }
#pragma warning disable CA1031 // What the test throws is the task's failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome = Outcome(default, e is TaskFailedException { Error: var error } ? error : TaskError.Of(FailureReason.Exception, e));
        }

        return [.. outcome.ToBytes(id, format), .. task?.Element ?? []];
    }

    private TaskOutcome Outcome(ReadOnlyMemory<byte> value, TaskError? error) => new()
    {
        State = error is null ? TaskState.Succeeded : TaskState.Failed,
        Attempt = 1,
        Started = clock.GetUtcNow(),
        Stopped = clock.GetUtcNow(),
        Value = value,
        Error = error,
        Worker = "recording",
        Cluster = "recording",
    };

    private byte[] Serialise(object? value)
    {
        using var buffer = new PooledBuffer();
        var writer = new MessagePackWriter(buffer);
        format.Serializer.Write(ref writer, value, typeof(object));
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
