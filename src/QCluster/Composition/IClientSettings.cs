namespace QCluster.Composition;

/// <summary>Where the client of a program gets its settings from, before the program's own changes to them.</summary>
internal interface IClientSettings
{
    void Apply(QClusterOptions options);
}
