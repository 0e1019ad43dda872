namespace QCluster.Tool.Torture;

/// <summary>What was found. Every count but the first group must be 0.</summary>
internal sealed record Verdict
{
    public required int Seed { get; init; }

    public required double Seconds { get; init; }

    public required long Tasks { get; init; }

    public required int Kills { get; init; }

    public required IReadOnlyDictionary<string, int> KillsByKind { get; init; }

    public required int RedisRestarts { get; init; }

    /// <summary>Calls of the client that failed: of their tasks nothing is expected.</summary>
    public required int Uncertain { get; init; }

    /// <summary>Attempts beyond the first, all of them explained by a kill.</summary>
    public required long RepeatedRuns { get; init; }

    /// <summary>Accepted, and without a record or without the run that its record tells of.</summary>
    public required long Lost { get; init; }

    /// <summary>More outcomes counted than there are tasks.</summary>
    public required long DuplicatedOutcomes { get; init; }

    /// <summary>Another state than it must end in.</summary>
    public required long WrongOutcomes { get; init; }

    /// <summary>A chain with a step missing, or begun before the one in front of it had ended.</summary>
    public required long ChainsBroken { get; init; }

    /// <summary>A group whose count is not its size.</summary>
    public required long GroupsBroken { get; init; }

    public required long HooksMissing { get; init; }

    /// <summary>Begun before its time.</summary>
    public required long TooEarly { get; init; }

    /// <summary>Calls with a unique key that was taken, and made a task of their own.</summary>
    public required long NotUnique { get; init; }

    /// <summary>Records that do not have every attempt.</summary>
    public required long AttemptsMissing { get; init; }

    /// <summary>Schedules with a slot missing, or one too many.</summary>
    public required long SlotsBroken { get; init; }

    /// <summary>More runs than the ends of processes account for.</summary>
    public required long UnexplainedRuns { get; init; }

    /// <summary>Keys left in Redis that nothing removes.</summary>
    public required long KeysLeaked { get; init; }

    /// <summary>Some of what is wrong, for people.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    public bool Holds => Lost + DuplicatedOutcomes + WrongOutcomes + ChainsBroken + GroupsBroken + HooksMissing + TooEarly + NotUnique + AttemptsMissing + SlotsBroken + UnexplainedRuns + KeysLeaked == 0;
}
