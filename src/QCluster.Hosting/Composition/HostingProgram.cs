using System.Reflection;
using QCluster.Wire;

namespace QCluster.Hosting.Composition;

/// <summary>
/// Tells whether this program can host a cluster. The cluster's processes are the same program started again, so the program must be the user's own, with a
/// <c>Main</c> that reaches <c>AddQClusterWorker</c>. A test runner would run its tests again in each of them, and IIS cannot be started at all.
/// </summary>
internal static class HostingProgram
{
    private static readonly string[] Iis = ["w3wp", "iisexpress"];

    // Their names as far as versions and flavours share them. A runner is loaded before any test is, whether the program is the runner's (testhost) or the
    // tests' own (xunit.v3, MSTest and NUnit with their runners, TUnit); an application never loads one.
    private static readonly string[] TestRunners =
    [
        "Microsoft.TestPlatform", "Microsoft.VisualStudio.TestPlatform", "Microsoft.Testing.Platform", "testhost",
        "xunit.runner", "xunit.v3.runner", "nunit.engine", "nunitlite", "TUnit.Engine", "JetBrains.ReSharper.TestRunner", "nCrunch.",
    ];

    /// <summary>Refuses to start a cluster from a program that cannot be started again as its processes.</summary>
    /// <exception cref="NotSupportedException">The program cannot be started again; the message gives the reason and the remedy.</exception>
    public static void Require()
    {
        if (!ReflectionSupport.IsEnabled)
            throw ReflectionSupport.CannotRunFunctions();
        var entry = Assembly.GetEntryAssembly()?.GetName().Name;
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Select(static assembly => assembly.GetName().Name ?? "");
        if (WhyNot(Environment.ProcessPath, entry, loaded) is { } problem)
            throw new NotSupportedException(problem);
    }

    /// <param name="path">The program's file.</param>
    /// <param name="entry">The assembly that it began in.</param>
    /// <param name="loaded">The assemblies that it has loaded.</param>
    /// <returns>Null when it can host a cluster.</returns>
    internal static string? WhyNot(string? path, string? entry, IEnumerable<string> loaded)
    {
        var file = FileName(path);
        if (Iis.Contains(file, StringComparer.OrdinalIgnoreCase))
        {
            return $"In-process IIS cannot host a cluster; the cluster's processes are the same program started again, and this program is {path}. "
                + "Write <AspNetCoreHostingModel>OutOfProcess</AspNetCoreHostingModel> into the project, or run the cluster in a program of its own, and only enqueue here (AddQCluster).";
        }

        if (loaded.Prepend(entry ?? "").FirstOrDefault(IsTestRunner) is not { } runner)
            return null;
        return $"A test runner cannot host a cluster; the cluster's processes are the same program started again, which would run the tests in each of them, and this program is {entry ?? file} with {runner} ({path}). "
            + "Call services.AddRecordingQCluster() of the package QCluster.Testing in the test's services, which takes out the cluster that AddQClusterWorker adds, or leave AddQClusterWorker out. "
            + "To run tasks in a test use TestCluster, or start the program as a process.";
    }

    private static bool IsTestRunner(string assembly) => Array.Exists(TestRunners, name => assembly.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    // Also for a Windows path, on any system.
    private static string FileName(string? path) => Path.GetFileNameWithoutExtension(path?.Split('\\')[^1]) ?? "";
}
