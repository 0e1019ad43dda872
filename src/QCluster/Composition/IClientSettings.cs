namespace QCluster.Composition;

/// <summary>The source of the settings of a program's client, before the program's own changes.</summary>
internal interface IClientSettings
{
    void Apply(QClusterOptions options);
}
