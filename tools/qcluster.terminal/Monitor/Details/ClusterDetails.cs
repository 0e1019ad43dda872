using System.Globalization;
using QCluster.Client.Monitoring;
using QCluster.Terminal.Output;
using QCluster.Terminal.Screen;
using Spectre.Console;

namespace QCluster.Terminal.Monitor.Details;

/// <summary>A cluster: what it is, its machine, and its processes.</summary>
internal static class ClusterDetails
{
    public static DetailView Of(ClusterDescription cluster)
    {
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                facts.AddRow(new Text(name, Style.Parse("grey")), new Text(Safe.Line(value)));
        }

        Add("state", cluster.State);
        Add("label", cluster.Label);
        Add("host", $"{cluster.Host}, {cluster.Processors} processors, {Show.Bytes(cluster.HostAvailableBytes)} of {Show.Bytes(cluster.HostBytes)} available");
        Add("version", cluster.Version);
        Add("queues", string.Join(", ", cluster.Queues));
        Add("started", $"{Show.Local(cluster.Started)}, up {Show.Duration(cluster.At - cluster.Started)}");
        Add("heartbeat", Show.Local(cluster.At));
        Add("room", $"{cluster.Workers} workers of {cluster.Concurrency} slots; for higher priorities {cluster.ReserveNormal}, {cluster.ReserveHigh}, {cluster.ReserveCritical} more in each; {cluster.ProcessWorkers} processes for isolated tasks");
        Add("tasks", $"{cluster.Busy} running, {cluster.Ready} ready, {cluster.Results} results not yet confirmed");
        Add("restarts", $"{cluster.Restarts} after a death, {cluster.Recycles} as planned");

        var processes = Show.Table("process", ">pid", "state", ">busy", ">done", ">cpu %", ">memory");
        foreach (var p in cluster.Processes)
            processes.Add(p.Role == "worker" ? $"worker #{p.Ordinal}{(p.Ordinal >= cluster.Workers ? " (isolated)" : "")}" : p.Role, $"{p.Pid}", p.State, $"{p.Busy}", $"{p.Done}", p.CpuPercent.ToString("0.0", CultureInfo.InvariantCulture), Show.Bytes(p.ResidentBytes));
        return new DetailView($"Cluster {cluster.Cluster}", null, new Rows(facts, new Text(""), processes));
    }
}
