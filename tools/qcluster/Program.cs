using System.CommandLine;
using System.CommandLine.Help;
using QCluster.Hosting;
using QCluster.Hosting.Roles;
using QCluster.Terminal.CommandLine;
using QCluster.Tool.Commands;

// A child of a running cluster is this same program; it must not pay for a command line.
if (ClusterProcess.IsChild)
    return await ChildProgram.RunAsync(ChildProgram.ConnectOrExit());

// Not a RootCommand: that would be called after the assembly.
var root = new Command("qcluster", "A Redis-backed cluster for background tasks.") { new HelpOption(), new VersionOption() };
foreach (var command in CommandList.All())
    root.Subcommands.Add(command);
return await ToolRunner.RunAsync(root, args);
