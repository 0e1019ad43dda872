using System.CommandLine;
using System.CommandLine.Help;
using QCluster.Hosting;
using QCluster.Hosting.Composition;
using QCluster.Launching.Servers;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Telemetry;
using QCluster.Tool.Commands;
using QCluster.Tool.Start;

// A child of a running cluster is this same program; it must not pay for a command line.
if (ClusterProcess.IsChild)
{
    var child = ChildProgram.ConnectOrExit();
    using var export = OtlpExport.Begin(null, child.Role.ToString().ToLowerInvariant());
    return await ChildProgram.RunAsync(child);
}

// As little as a child must a server.
if (args is [ServerProgram.EmbeddedVerb, .. var settings])
    return await EmbeddedRedis.RunAsync(settings);

// Not a RootCommand: that would be called after the assembly.
var root = new Command("qcluster", "A Redis-backed cluster for background tasks.") { new HelpOption(), new VersionOption() };
foreach (var command in CommandList.All())
    root.Subcommands.Add(command);
return await ToolRunner.RunAsync(root, args);
