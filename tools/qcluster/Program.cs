using System.CommandLine;
using QCluster;
using QCluster.Hosting.Roles;
using QCluster.Tool.Commands;
using QCluster.Tool.Output;

// A child of a running cluster is this same program; it must not pay for a command line.
if (ChildProgram.IsChild)
    return await ChildProgram.RunAsync();

var root = new RootCommand("QCluster: a Redis-backed cluster for background tasks.");
foreach (var command in CommandList.All())
    root.Subcommands.Add(command);
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e) when (e is QClusterException or ArgumentException or IOException)
{
    await Console.Error.WriteLineAsync("qcluster: " + e.Message);
    return e is BrokerException ? ExitCode.Unavailable : ExitCode.Usage;
}
