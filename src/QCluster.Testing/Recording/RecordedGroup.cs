namespace QCluster.Testing.Recording;

/// <summary>A group as far as it was enqueued.</summary>
internal sealed class RecordedGroup
{
    public List<RecordedTask> Members { get; } = [];

    /// <summary>Members are still being enqueued.</summary>
    public bool IsOpen { get; set; }

    /// <summary>True for an iteration or a set.</summary>
    public bool IsSet { get; set; }

    public string? Callback { get; set; }
}
