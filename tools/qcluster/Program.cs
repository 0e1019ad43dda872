using System.CommandLine;
using System.CommandLine.Help;
using QCluster;
using QCluster.Hosting;
using QCluster.Hosting.Roles;
using QCluster.Tool.Commands;
using QCluster.Tool.Output;
using Spectre.Console;

// A child of a running cluster is this same program; it must not pay for a command line.
if (ClusterProcess.IsChild)
    return await ChildProgram.RunAsync(ChildProgram.ConnectOrExit());

// Whoever reads from a pipe wants whole lines.
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 500;

// Not a RootCommand: that would be called after the assembly.
var root = new Command("qcluster", "A Redis-backed cluster for background tasks.") { new HelpOption(), new VersionOption() };
foreach (var command in CommandList.All())
    root.Subcommands.Add(command);
try
{
    var parsed = root.Parse(args);
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
}
catch (Exception e) when (e is QClusterException or ArgumentException or IOException)
{
    await Console.Error.WriteLineAsync("qcluster: " + e.Message);
    return e is BrokerException or ResultStoreException ? ExitCode.Unavailable : ExitCode.Usage;
}
