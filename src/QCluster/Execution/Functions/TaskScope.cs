using System.Collections;

namespace QCluster.Execution.Functions;

/// <summary>The scope of all log entries of a task: its id, its function and its attempt.</summary>
internal sealed class TaskScope(string id, string function, int attempt) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 3;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("TaskId", id),
        1 => new("Function", function),
        2 => new("Attempt", attempt),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"task {id} {function}{(attempt > 1 ? $" attempt {attempt}" : "")}";
}
