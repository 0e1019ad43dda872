namespace QCluster.Execution.Functions;

internal enum ParameterKind
{
    /// <summary>Comes from the packet, by position or by name.</summary>
    Argument,

    /// <summary><c>params T[]</c>: all remaining positional arguments.</summary>
    Rest,

    /// <summary><c>kwargs</c>: all named arguments without a parameter of their own.</summary>
    NamedRest,

    CancellationToken,
    Context,

    /// <summary>A hook: the record of the ended task.</summary>
    Record,

    /// <summary>The callback of a set: the records of its tasks.</summary>
    Records,
    Logger,
    TypedLogger,
    Services,
    Service,
    KeyedService,
}
