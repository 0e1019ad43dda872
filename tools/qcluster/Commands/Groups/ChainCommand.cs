using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Groups;

internal static class ChainCommand
{
    public static Command Create()
    {
        var command = new Command("chain", "Enqueue tasks that run one after another; print the group id, or with --wait the results. Exit code 0; with --wait 1 if a step failed (the error goes to stderr), 2 if the chain has not ended in time.");
        var file = new Argument<string>("file") { Description = "A file with a JSON array of steps [FUNC, [ARG...], {KWARG...}, {OPTION...}]; - reads stdin. {\"$previous\": true} as an argument is the value of the step before. Options: queue, priority, timeout, delay, task_name, hook, cached." };
        var wait = new Option<string?>("--wait") { Description = "Wait up to this long for its end." };
        var group = new Option<string?>("--group") { Description = "The label of the results." };
        var cached = new Option<string?>("--cached") { Description = "How long to keep the records in Redis; on = result_ttl." };
        var hook = new Option<string?>("--hook") { Description = "A registered function to call once with the record of the last step, when the chain has ended." };
        var hookArg = new Option<string[]>("--hook-arg") { Description = "An argument of the hook, after the record." };
        var goOn = new Option<bool>("--continue-on-failure") { Description = "Continue after a failed step." };
        var json = JsonOption.Of("With --wait, print the records of the steps, one JSON object per line.");
        var connection = command.Connect(file, wait, group, cached, hook, hookArg, goOn, json)
            .WithQueue("The queue of the chain and of the steps that name none. Default 'default'.");
        return connection.Run(async (client, parsed, cancellationToken) =>
        {
            var settings = connection.Settings(parsed);
            var path = parsed.GetValue(file)!;
            var text = path == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(path, cancellationToken);
            var chain = new Chain(ChainFile.Read(text, settings)) { Client = client };
            chain.Options = new ChainOptions
            {
                Group = parsed.GetValue(group),
                Cached = Parsing.Cached(parsed.GetValue(cached)),
                Hook = parsed.GetValue(hook),
                HookArgs = [.. (parsed.GetValue(hookArg) ?? []).Select(Json.Argument)],
                ContinueOnFailure = parsed.GetValue(goOn),
            };
            var id = await chain.Run(cancellationToken);
            if (Parsing.Duration("wait", parsed.GetValue(wait)) is not { } limit)
            {
                Console.WriteLine(id);
                return ExitCode.Success;
            }

            return Results.Print($"chain {id}", await chain.Fetch(failures: true, limit, cancellationToken), parsed.GetValue(json));
        });
    }
}
