using System.Reflection.Metadata;

[assembly: MetadataUpdateHandler(typeof(QCluster.Hosting.Composition.HotReload))]

namespace QCluster.Hosting.Composition;

/// <summary>
/// The runtime calls it when a debugger or <c>dotnet watch</c> has changed code in this process. The change is in this process's memory alone: the files that the
/// cluster's processes were started from are as before, so starting them again would not bring it to them.
/// </summary>
internal static class HotReload
{
    public static event Action? Updated;

    /// <summary>Found by its name.</summary>
    /// <param name="types">What has changed.</param>
#pragma warning disable IDE0060, RCS1163 // The runtime's signature.
    internal static void UpdateApplication(Type[]? types) => Updated?.Invoke();
#pragma warning restore IDE0060, RCS1163
}
