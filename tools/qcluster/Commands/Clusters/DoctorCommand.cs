using System.CommandLine;
using QCluster.Queue.Doctor;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands.Clusters;

internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check every invariant of the queues in Redis, also while they are in use: each unfinished task is in one place, each id is known, nothing waits in vain, and Redis evicts no keys (maxmemory-policy). Exit code 0 if all is well or mended, 1 if not.");
        var mend = new Option<bool>("--mend") { Description = "Mend the problems found." };
        var json = JsonOption.Array();
        return command.Connect(mend, json).Run(async (client, parsed, cancellationToken) =>
        {
            var redis = client.Redis!;
            var findings = new List<Finding>(await redis.ExamineServerAsync(cancellationToken));
            var queues = await client.Queues.List(cancellationToken);
            foreach (var examined in await Task.WhenAll(queues.Select(queue => redis.ExamineAsync(queue, parsed.GetValue(mend), cancellationToken))))
                findings.AddRange(examined);
            if (parsed.GetValue(json))
                Console.WriteLine(Json.Text(findings));
            else
                Print(queues.Count, findings);
            return findings.TrueForAll(f => f.Mended) ? ExitCode.Success : ExitCode.Failure;
        });
    }

    private static void Print(int queues, List<Finding> findings)
    {
        if (findings.Count == 0)
        {
            Console.WriteLine($"All is well in {queues} queue{(queues == 1 ? "" : "s")}.");
            return;
        }

        var table = new Table { Border = TableBorder.None };
        foreach (var column in new[] { "queue", "what", "problem", "remedy" })
            table.AddColumn(column);
        foreach (var f in findings)
            table.AddRow(Markup.Escape(f.Queue), Markup.Escape(f.Subject), Markup.Escape(f.Problem), (f.Mended ? "done: " : f.Queue.Length == 0 || f.Remedy.Length == 0 ? "" : "with --mend: ") + f.Remedy);
        AnsiConsole.Write(table);
    }
}
