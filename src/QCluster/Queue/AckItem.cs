namespace QCluster.Queue;

/// <param name="Attempt">Attempt key, 18 bytes.</param>
/// <param name="Outcome">Signed outcome.</param>
/// <param name="KeepMilliseconds">The time to keep the record; 0 = not at all.</param>
/// <param name="Kind">The kind of its end.</param>
internal readonly record struct AckItem(byte[] Attempt, byte[] Outcome, long KeepMilliseconds, AckKind Kind)
{
    public AckItem(byte[] attempt, byte[] outcome, long keepMilliseconds, TaskState state)
        : this(attempt, outcome, keepMilliseconds, (AckKind)state)
    {
    }
}
