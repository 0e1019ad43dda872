namespace QCluster.Wire.Packets;

/// <summary>The options of a task's result, from its call or its function.</summary>
internal sealed record ResultOptions
{
    public static readonly ResultOptions None = new();

    // A new option takes a property and a line here. A key once used is never given another meaning.
    public static readonly PacketOption[] Rows =
    [
        PacketOption.Milliseconds(3, static p => p.Result.Ttl, static (p, value) => p.Result = p.Result with { Ttl = value }),
        PacketOption.Flag(4, static p => p.Result.Ignore, static (p, value) => p.Result = p.Result with { Ignore = value }),
        PacketOption.Flag(11, static p => p.Result.Save, static (p, value) => p.Result = p.Result with { Save = value }),
        PacketOption.Flag(26, static p => p.Result.NoErrorMail, static (p, value) => p.Result = p.Result with { NoErrorMail = value }),
    ];

    /// <summary>The time for which a cached record stays in Redis; null: the record is not cached.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Nothing of a success is kept.</summary>
    public bool Ignore { get; init; }

    /// <summary>A success is saved even if the cluster saves none.</summary>
    public bool Save { get; init; }

    /// <summary>No error mail is sent.</summary>
    public bool NoErrorMail { get; init; }
}
