using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Model;

namespace QCluster;

/// <summary>Options of a chain.</summary>
public sealed record ChainOptions
{
    /// <summary>The label of its results.</summary>
    /// <value>Default null: the chain's own id.</value>
    public string? Group { get; init; }

    /// <summary>Keeps the records of the steps in Redis: see <see cref="TaskOptions.Cached"/>.</summary>
    /// <value>Default null: the client's setting <c>cached</c>.</value>
    public Caching? Cached { get; init; }

    /// <summary>Runs the chain in this process, during the call: see <see cref="TaskOptions.Sync"/>.</summary>
    public bool Sync { get; init; }

    /// <summary>Continues with the next step after a failed one. By default a failed step ends the chain.</summary>
    public bool ContinueOnFailure { get; init; }

    /// <summary>A registered function that takes the <see cref="TaskRecord"/> of the step that ended the chain. It runs once at the end of the chain, after a success or a failure.</summary>
    public string? Hook { get; init; }

    /// <summary>Arguments of the hook, after the record.</summary>
    public IReadOnlyList<object?>? HookArgs { get; init; }

    /// <summary>The queue of the chain, and of the steps without one.</summary>
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
