using Microsoft.Extensions.Logging;
using QCluster.Launching.Servers;

namespace QCluster.Tool.Start;

/// <summary>
/// A redis-server of our own, for those who have named none and run none: 127.0.0.1:6379, append-only file, data in the user's
/// data folder. It is in a session of its own, so that a Ctrl-C which reaches the whole process group does not stop it under
/// the cluster that is just draining; it is stopped last, and started again when it dies.
/// </summary>
internal sealed class PrivateRedis : IAsyncDisposable
{
    private const int Port = 6379;

    private readonly RedisProcess _process;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _supervision;

    private PrivateRedis(RedisProcess process, ILogger logger)
    {
        _process = process;
        _logger = logger;
        _supervision = SuperviseAsync();
    }

    /// <summary>Null when a server answers there already.</summary>
    /// <exception cref="IOException">There is none, and none can be started.</exception>
    public static async Task<PrivateRedis?> StartIfNeededAsync(string endpoint, ILogger logger)
    {
        if (await RedisProbe.AnswersAsync(Port))
            return null;
        var server = ServerProgram.RedisServer() ?? throw new IOException(
            $"Nothing answers at {endpoint} and there is no redis-server to start one. Name a Redis with --redis or QCLUSTER_REDIS, or {RedisProcess.HowToInstall}.");
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "qcluster", "redis");
        Directory.CreateDirectory(folder);
        logger.LogInformation("Nothing answers at {Endpoint}: starting a private {Server}, data in {Folder}", endpoint, server, folder);
        var process = await RedisProcess.StartAsync(new RedisProcessOptions { Port = Port, Folder = folder, Arguments = ["--appendonly", "yes"], OwnSession = true });
        return new PrivateRedis(process, logger);
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await _process.WaitForExitAsync(_stopping.Token);
                _logger.LogWarning("The private redis-server ended with code {Code}; it is started again", _process.ExitCode);
                await Task.Delay(200, _stopping.Token);
                _process.Launch();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        if (await _process.StopAsync() is { } problem)
            _logger.LogWarning("The private redis-server did not stop when requested and was killed: {Problem}", problem);
        await _process.DisposeAsync();
        _stopping.Dispose();
    }
}
