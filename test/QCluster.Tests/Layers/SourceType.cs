namespace QCluster.Tests.Layers;

/// <summary>A type as a source file declares it.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, with the number of its type parameters.</param>
/// <param name="Folder">The folder of the file, below that of the project.</param>
/// <param name="IsPublic">Whether users of the library see it.</param>
public sealed record SourceType(string Namespace, string Name, string Folder, bool IsPublic)
{
    public string FullName => $"{Namespace}.{Name}";

    public string TopFolder => Folder.Split('/')[0];
}
