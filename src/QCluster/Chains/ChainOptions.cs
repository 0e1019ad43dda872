using QCluster.Functions;

namespace QCluster;

/// <summary>How a chain is run.</summary>
public sealed record ChainOptions
{
    /// <summary>The label its results are found by.</summary>
    /// <value>Default null: the chain's own id.</value>
    public string? Group { get; init; }

    /// <summary>Whether the records of its steps are kept in Redis, and how long: see <see cref="TaskOptions.Cached"/>.</summary>
    /// <value>Default null: as the client's setting <c>cached</c> says.</value>
    public Caching? Cached { get; init; }

    /// <summary>Run it here and now: see <see cref="TaskOptions.Sync"/>.</summary>
    public bool Sync { get; init; }

    /// <summary>Go on with the next step after one has failed. By default a failed step ends the chain.</summary>
    public bool ContinueOnFailure { get; init; }

    /// <summary>A registered function that takes the <see cref="TaskRecord"/> of the step that ended the chain. It runs once, at the chain's end, however it ends.</summary>
    public string? Hook { get; init; }

    /// <summary>Arguments of the hook besides the record.</summary>
    public IReadOnlyList<object?>? HookArgs { get; init; }

    /// <summary>The queue of the chain, and of the steps that name none.</summary>
    public string? Queue { get; init; }

    internal void Validate()
    {
        if (Group is not null)
            GroupLabel.Check(nameof(Group), Group);
        if (Queue is not null)
            NameRule.Check(nameof(Queue), Queue);
        if (Hook is not null)
            FunctionRules.CheckCalled(Hook, nameof(Hook));
        Caching.Check(Cached, nameof(Cached));
    }
}
