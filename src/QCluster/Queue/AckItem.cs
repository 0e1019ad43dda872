namespace QCluster.Queue;

/// <param name="Attempt">Attempt key, 18 bytes.</param>
/// <param name="Outcome">Signed outcome.</param>
/// <param name="KeepMilliseconds">How long the record is kept; 0 = not.</param>
/// <param name="Kind">What became of it.</param>
internal readonly record struct AckItem(byte[] Attempt, byte[] Outcome, long KeepMilliseconds, AckKind Kind)
{
    public AckItem(byte[] attempt, byte[] outcome, long keepMilliseconds, TaskState state)
        : this(attempt, outcome, keepMilliseconds, (AckKind)state)
    {
    }
}
