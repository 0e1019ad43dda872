using Microsoft.Extensions.Hosting;

namespace QCluster.Sample.Worker;

/// <summary>
/// A hosted service of the program's own, which enqueues: it must be made and started once, in the program, and in none of the
/// cluster's processes.
/// </summary>
public sealed class StartMark : IHostedService
{
    private static readonly string? Path = Environment.GetEnvironmentVariable("SAMPLE_MARK");

    private readonly IQClusterClient _client;

    public StartMark(IQClusterClient client)
    {
        _client = client;
        Write("made");
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _client.Async("math.copysign", 1, -1);
        // The static calls have the program's settings from the start.
        await Tasks.Async("math.copysign", 2, -1);
        Write("started");
    }

    private static void Write(string what)
    {
        if (Path is not null)
            File.AppendAllText(Path, $"{what} {Environment.ProcessId}\n");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
