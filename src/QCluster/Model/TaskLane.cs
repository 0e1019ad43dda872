namespace QCluster.Model;

/// <summary>The list of a queue in which a task waits, as one character: the digit of its priority, or A to J for an isolated task.</summary>
internal readonly record struct TaskLane(char Letter)
{
    private const int FirstIsolated = 'A' - '0';

    public static IReadOnlyList<TaskLane> All { get; } = [.. "0123456789ABCDEFGHIJ".Select(letter => new TaskLane(letter))];

    public static TaskLane Normal { get; } = Of(TaskPriority.Normal, isIsolated: false);

    public bool IsIsolated => Letter >= 'A';

    public int Priority => Letter - '0' - (IsIsolated ? FirstIsolated : 0);

    public static TaskLane Of(int? priority, bool isIsolated) => new((char)('0' + (priority ?? TaskPriority.Normal) + (isIsolated ? FirstIsolated : 0)));

    /// <summary>That of tasks which share their worker.</summary>
    public static implicit operator TaskLane(int priority) => Of(priority, isIsolated: false);

    /// <summary>From what another process sent.</summary>
    /// <exception cref="WireFormatException">There is no such lane.</exception>
    public static TaskLane Parse(char letter) => letter is (>= '0' and <= '9') or (>= 'A' and <= 'J') ? new(letter) : throw new WireFormatException($"There is no lane '{letter}'.");

    public override string ToString() => Letter.ToString();
}
