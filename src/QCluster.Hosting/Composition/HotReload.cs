using System.Reflection.Metadata;

[assembly: MetadataUpdateHandler(typeof(QCluster.Hosting.Composition.HotReload))]

namespace QCluster.Hosting.Composition;

/// <summary>
/// The runtime calls it after a debugger or <c>dotnet watch</c> has changed code in this process. The change exists only in the memory of this process: the files of the
/// cluster's processes are unchanged, so starting them again would not apply it.
/// </summary>
internal static class HotReload
{
    public static event Action? Updated;

    /// <summary>Called by the runtime, which finds it by name.</summary>
    /// <param name="types">The changed types.</param>
#pragma warning disable IDE0060, RCS1163 // The runtime's signature.
    internal static void UpdateApplication(Type[]? types) => Updated?.Invoke();
#pragma warning restore IDE0060, RCS1163
}
