using CliWrap;

namespace QCluster.TestSupport;

/// <summary>The built programs that tests run, beside the test's own output in the artifacts folder.</summary>
public static class BuiltProgram
{
    public static string Tool { get; } = Find("qcluster", "qcluster");

    public static string Monitor { get; } = Find("qmonitor", "qmonitor");

    public static string Demo { get; } = Find("QCluster.Demo", "QCluster.Demo.dll");

    public static string Sample { get; } = Find("QCluster.Sample.Worker", "QCluster.Sample.Worker");

    public static string SampleTasks { get; } = Find("QCluster.Sample.Tasks", "QCluster.Sample.Tasks");

    public static string SampleXunit { get; } = Find("QCluster.Sample.Xunit", "QCluster.Sample.Xunit");

    public static string SampleClasses { get; } = Find("QCluster.Sample.Classes", "QCluster.Sample.Classes");

    public static string SampleClassesApp { get; } = Find("QCluster.Sample.Classes", "QCluster.Sample.Classes.dll");

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Parent!.Parent!.Parent!.FullName;

    private static string Find(string project, string file)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built. Build Cluster.sln first.");
    }

    /// <summary>Runs the tool to its end.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunToolAsync(string redis, params string[] arguments) => RunAsync(Tool, redis, "", arguments);

    /// <summary>Runs the tool to its end with more in its environment.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunToolAsync(string redis, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAsync(Tool, redis, "", environment, arguments);

    /// <summary>Runs a program to its end, with this on its stdin.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string redis, string input, params string[] arguments) =>
        RunAsync(program, redis, input, new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    /// <summary>Runs a program to its end, with this on its stdin and more in its environment.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string redis, string input, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var set = new Dictionary<string, string?>(StringComparer.Ordinal) { ["QCLUSTER_REDIS"] = redis };
        foreach (var (name, value) in environment)
            set[name] = value;
        var result = await Commands.TryRunAsync(Cli.Wrap(program).WithArguments(arguments).WithStandardInputPipe(PipeSource.FromString(input)), set);
        return (result.ExitCode, result.StandardOutput.Trim(), result.StandardError.Trim());
    }
}
