using System.CommandLine;
using System.Globalization;
using QCluster.Client.Monitoring;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Terminal.Reading;
using Spectre.Console;

namespace QCluster.Tool.Commands.Clusters;

internal static class MemoryCommand
{
    public static Command Create()
    {
        var command = new Command("memory", "Show the memory of the clusters' machines and processes, as reported with their heartbeats; in MB (2^20 bytes).");
        var workers = new Option<bool>("--workers") { Description = "Show each worker process too." };
        var json = JsonOption.Array();
        return command.Connect(workers, json).Run(async (client, parsed, cancellationToken) =>
        {
            var clusters = (await ClusterReader.ReadAsync(client, await client.Queues.List(cancellationToken), cancellationToken)).Where(c => c.Processes.Count > 0).ToArray();
            if (parsed.GetValue(json))
                Console.WriteLine(Json.Text(clusters.Select(Values)));
            else if (clusters.Length == 0)
                Console.WriteLine("No clusters appear to be running.");
            else
                Print(clusters, parsed.GetValue(workers));
            return ExitCode.Success;
        });
    }

    private static void Print(ClusterDescription[] clusters, bool withWorkers)
    {
        var table = Show.Table("host", "id", ">available %", ">available", ">total", ">sentinel", ">pusher", ">monitor", ">workers", ">all");
        foreach (var c in clusters)
            table.Add(c.Host, c.Cluster, Percent(c), Megabytes(c.HostAvailableBytes), Megabytes(c.HostBytes), Of(c, "sentinel"), Of(c, "pusher"), Of(c, "monitor"), Of(c, "worker"), Megabytes(c.ResidentBytes));
        AnsiConsole.Write(table);
        if (withWorkers)
        {
            Console.WriteLine();
            var each = Show.Table("id", "worker", ">pid", "state", ">memory", ">cpu %", ">busy", ">done", "processors");
            foreach (var (c, p) in clusters.SelectMany(c => Workers(c).Select(p => (c, p))))
                each.Add(c.Cluster, $"#{p.Ordinal}", $"{p.Pid}", p.State, Megabytes(p.ResidentBytes), p.CpuPercent.ToString("0.0", CultureInfo.InvariantCulture), $"{p.Busy}", $"{p.Done}", p.PinnedTo is null ? "any" : string.Join(',', p.PinnedTo));
            AnsiConsole.Write(each);
        }

        var lowest = clusters.Where(c => c.HostBytes > 0).MinBy(AvailablePercent);
        if (lowest is not null)
            Console.WriteLine($"Available lowest (%): {Percent(lowest)} on {lowest.Host} ({lowest.At.ToLocalTime():yyyy-MM-dd HH:mm:ss})");
    }

    private static object Values(ClusterDescription c) => new
    {
        c.Cluster,
        c.Host,
        c.At,
        c.HostBytes,
        c.HostAvailableBytes,
        AvailablePercent = Math.Round(AvailablePercent(c), 1),
        c.ResidentBytes,
        Processes = c.Processes.Select(p => new { p.Role, p.Ordinal, p.Pid, p.ResidentBytes, p.CpuPercent }),
    };

    private static IEnumerable<ProcessDescription> Workers(ClusterDescription c) => c.Processes.Where(p => p.Role == "worker").OrderBy(p => p.Ordinal);

    private static double AvailablePercent(ClusterDescription c) => c.HostBytes == 0 ? 0 : 100.0 * c.HostAvailableBytes / c.HostBytes;

    private static string Percent(ClusterDescription c) => AvailablePercent(c).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Of(ClusterDescription c, string role) => Megabytes(c.Processes.Where(p => p.Role == role).Sum(p => p.ResidentBytes));

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
}
