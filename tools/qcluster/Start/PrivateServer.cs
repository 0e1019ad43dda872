using Microsoft.Extensions.Logging;
using QCluster.Launching.Servers;

namespace QCluster.Tool.Start;

/// <summary>
/// A server of our own, for those who have named none and run none. It is in a session of its own, so that a Ctrl-C which reaches the whole process group
/// does not stop it under the cluster that is just draining; it is stopped last, and started again when it dies.
/// </summary>
internal sealed class PrivateServer : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>One that has lived so long has started well.</summary>
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(30);

    private readonly RedisProcess _process;
    private readonly string _name;
    private readonly IDisposable? _place;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _supervision;

    private PrivateServer(RedisProcess process, string name, IDisposable? place, ILogger logger)
    {
        _process = process;
        _name = name;
        _place = place;
        _logger = logger;
        if (process.Log.Contains("qcluster: ", StringComparison.Ordinal))
            logger.LogWarning("The private {Server} wrote: {Log}", name, process.Log.ReplaceLineEndings(" "));
        _supervision = SuperviseAsync();
    }

    /// <summary>Where the data of the server are.</summary>
    public string DataFolder => _process.Folder;

    /// <param name="options">How it is started.</param>
    /// <param name="name">What the log calls it.</param>
    /// <param name="place">What is released when it has stopped.</param>
    /// <param name="logger">Where its ends are reported.</param>
    /// <exception cref="IOException">It does not start.</exception>
    public static async Task<PrivateServer> StartAsync(RedisProcessOptions options, string name, IDisposable? place, ILogger logger)
    {
        try
        {
            return new PrivateServer(await RedisProcess.StartAsync(options with { OwnSession = true }), name, place, logger);
        }
        catch
        {
            place?.Dispose();
            throw;
        }
    }

    private async Task SuperviseAsync()
    {
        var pause = FirstPause;
        try
        {
            while (true)
            {
                var started = TimeProvider.System.GetTimestamp();
                await _process.WaitForExitAsync(_stopping.Token);
                _logger.LogWarning("The private {Server} ended with code {Code}; it is started again. It wrote: {Log}", _name, _process.ExitCode, _process.Log);
                await Task.Delay(pause, _stopping.Token);
                // One that cannot work, such as on a full disk, is tried less and less often.
                pause = TimeProvider.System.GetElapsedTime(started) > LongLife ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
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
            _logger.LogWarning("The private {Server} did not stop when requested and was killed: {Problem}", _name, problem);
        await _process.DisposeAsync();
        _place?.Dispose();
        _stopping.Dispose();
    }
}
