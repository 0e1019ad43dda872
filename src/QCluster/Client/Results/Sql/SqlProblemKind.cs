namespace QCluster.Client.Results.Sql;

internal enum SqlProblemKind
{
    /// <summary>It may be over at the next try.</summary>
    Passing,

    /// <summary>The setting, or what it names, has to be changed.</summary>
    Setting,

    /// <summary>The tables are not there; the next call creates them.</summary>
    NoTables,
}
