using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QCluster.Hosting.Children;

namespace QCluster.Tool.Start;

/// <summary>
/// Task functions have the machine's cultures; nothing else here needs any, and starts faster without. .NET ends a process that looks for the
/// cultures and finds no ICU, so this is decided before anything else happens: such a machine's workers go on without cultures too.
/// </summary>
internal static class Cultures
{
    private const string Switch = "System.Globalization.Invariant";

    /// <summary>Whether the machine's cultures can be had.</summary>
    public static bool AreThere { get; } = !OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("DOTNET_SYSTEM_GLOBALIZATION_APPLOCALICU") is not null || Load();

    /// <summary>The user wants none.</summary>
    public static bool AreUnwanted => Environment.GetEnvironmentVariable("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT") is "1" or "true";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Nothing of the program may have asked for a culture before.")]
    internal static void Choose()
    {
        // Read as text: parsing asks for a culture.
        var isWorker = Environment.GetEnvironmentVariable(ChildEnvironment.Variable)?.StartsWith(nameof(ChildRole.Worker) + ";", StringComparison.Ordinal) == true;
        if (!isWorker || !AreThere)
            AppContext.SetSwitch(Switch, true);
    }

    private static bool Load()
    {
        try
        {
            return LoadIcu() != 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another runtime: it has its own rules.
            return true;
        }
    }

    [DllImport("libSystem.Globalization.Native", EntryPoint = "GlobalizationNative_LoadICU")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LoadIcu();
}
