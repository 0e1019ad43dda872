using CliWrap;
using CliWrap.Buffered;

namespace QCluster.TestSupport;

/// <summary>Programs that are run to their end.</summary>
public static class Commands
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>What it printed; throws with all of it when it fails.</summary>
    public static async Task<string> RunAsync(string folder, IReadOnlyDictionary<string, string?>? environment, string program, params string[] arguments)
    {
        var result = await TryRunAsync(Cli.Wrap(program).WithArguments(arguments).WithWorkingDirectory(folder), environment);
        return result.IsSuccess
            ? result.StandardOutput
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.StandardOutput} {result.StandardError}");
    }

    /// <summary>The exit code and what it printed. A program that takes longer than ten minutes is killed.</summary>
    /// <exception cref="TimeoutException">It was.</exception>
    public static async Task<BufferedCommandResult> TryRunAsync(Command command, IReadOnlyDictionary<string, string?>? environment)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await command
                .WithEnvironmentVariables(set => { foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal)) set.Set(name, value); })
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"{command} did not end within {Limit.TotalMinutes} minutes and was killed.", e);
        }
    }
}
