using System.CommandLine;
using System.CommandLine.Help;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Monitor;

var root = MonitorCommand.Create("qmonitor");
root.Options.Add(new HelpOption());
root.Options.Add(new VersionOption());
return await ToolRunner.RunAsync(root, args);
