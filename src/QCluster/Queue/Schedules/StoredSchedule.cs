namespace QCluster.Queue.Schedules;

/// <summary>A schedule as <c>schedule_list.lua</c> returns it: signed, not yet read.</summary>
internal sealed record StoredSchedule
{
    public const int ItemCount = 10;

    private StoredSchedule(ReadOnlySpan<ScriptReply> items)
    {
        Name = items[0].Text;
        Definition = items[1].Bytes;
        DueText = items[2].Text;
        Runs = items[3].Number;
        Skipped = items[4].Number;
        LastText = items[5].Text;
        LastTask = items[6].Bytes;
        IsPaused = items[7].Bytes.Length > 0;
        Problem = items[8].Bytes.Length == 0 ? null : items[8].Text;
        RestsText = items[9].Text;
    }

    public string Name { get; }

    public byte[] Definition { get; }

    /// <summary>The due time in the form of Redis; empty = not due.</summary>
    public string DueText { get; }

    public long Runs { get; }

    public long Skipped { get; }

    public string LastText { get; }

    public byte[] LastTask { get; }

    public bool IsPaused { get; }

    public string? Problem { get; }

    /// <summary>The due time since which it is suspended, because no cluster has its class; empty = it is not.</summary>
    public string RestsText { get; }

    public bool Rests => RestsText.Length > 0;

    public static StoredSchedule Read(ReadOnlySpan<ScriptReply> items) => new(items);
}
