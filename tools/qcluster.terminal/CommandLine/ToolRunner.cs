using System.CommandLine;
using System.CommandLine.Invocation;
using QCluster.Terminal.Output;
using QCluster.Terminal.Telemetry;
using Spectre.Console;

namespace QCluster.Terminal.CommandLine;

/// <summary>Runs a command line; what a user can cause is told in one line on stderr, with an exit code that says what it was.</summary>
internal static class ToolRunner
{
    /// <summary>Where this tool's own traces and metrics go.</summary>
    public static OtlpExport? Export { get; set; }

    public static async Task<int> RunAsync(Command root, string[] args)
    {
        // A reader of a pipe gets whole lines.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 500;
        try
        {
            // An argument such as @daily is a value, not the name of a file with arguments.
            var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction)
            {
                foreach (var line in Misuse.Describe(root, parsed))
                    await Console.Error.WriteLineAsync(line);
                return ExitCode.Usage;
            }

            var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return code;
        }
        catch (Exception e) when (e is QClusterException or ArgumentException or IOException)
        {
            await Console.Error.WriteLineAsync($"{root.Name}: {e.Message}");
            return e is BrokerException or ResultStoreException or QueueFullException ? ExitCode.Unavailable : ExitCode.Usage;
        }
        finally
        {
            Export?.Dispose();
        }
    }
}
