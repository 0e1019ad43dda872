using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Output;

namespace QCluster.Terminal.Monitor;

/// <summary>The verb <c>qcluster monitor</c>, which is also the tool <c>qmonitor</c>.</summary>
internal static class MonitorCommand
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    public static Command Create(string name)
    {
        var command = new Command(name, "Show clusters, queues, running tasks and failures on the whole screen, live; press '?' there for help. Without a terminal, or with --run-once, print them once as plain text.");
        var once = new Option<bool>("--run-once") { Description = "Print once and exit." };
        var interval = new Option<string?>("--interval") { Description = "Refresh interval. Default 1s. Without a terminal: print repeatedly." };
        var connection = command.Connect(once, interval).WithResults();
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var period = Parsing.Duration("interval", parsed.GetValue(interval));
            if (period < Shortest)
                throw new ArgumentException($"--interval cannot be '{parsed.GetValue(interval)}': write at least 100ms.");
            var options = connection.Settings(parsed).ReadClient();
            await using var client = new QClusterClient(options);
            if (!parsed.GetValue(once) && !Console.IsOutputRedirected && !Console.IsInputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb")
            {
                await new MonitorApp(client, options.Name, period ?? TimeSpan.FromSeconds(1)).RunAsync();
                return ExitCode.Success;
            }

            var reader = new SnapshotReader(client);
            while (true)
            {
                PlainReport.Print(await reader.ReadAsync(cancellationToken));
                if (period is null || parsed.GetValue(once))
                    return ExitCode.Success;
                await Task.Delay(period.Value, cancellationToken);
                Console.WriteLine();
            }
        });
        return command;
    }
}
