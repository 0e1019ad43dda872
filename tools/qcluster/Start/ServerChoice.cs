using System.Globalization;
using Microsoft.Extensions.Logging;
using QCluster.Hosting;
using QCluster.Launching.Servers;
using QCluster.Redis;
using QCluster.Tool.Lab;

namespace QCluster.Tool.Start;

/// <summary>Which server a cluster works with: the one that is named; one that answers at the default address; else one of its own.</summary>
internal static class ServerChoice
{
    private const int Port = RedisEndpoint.DefaultPort;

    /// <summary>Starts a server if one is needed, and sets where it is.</summary>
    /// <param name="named">What the user has named; null = nothing.</param>
    /// <param name="options">The settings of the cluster.</param>
    /// <param name="logger">Where the choice is reported.</param>
    /// <returns>Null when there is a server already.</returns>
    /// <exception cref="IOException">None can be started, or the one that is there cannot be used.</exception>
    public static async Task<PrivateServer?> StartIfNeededAsync(string? named, ClusterOptions options, ILogger logger)
    {
        if (EmbeddedPlace.IsMeant(named))
            return await StartEmbeddedAsync(options, "it was asked for", logger);
        if (named is null)
            await WaitForOrphanAsync();
        if (named is not null || await RedisProbe.AnswersAsync(Port))
        {
            await StockGarnet.RefuseAsync(options);
            return null;
        }

        var nothing = $"Nothing answers at {options.Redis}";
        if (ServerProgram.RedisServer() is not { } server)
            return await StartEmbeddedAsync(options, $"{nothing}, and there is no redis-server on PATH", logger);
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "qcluster", "redis");
        Directory.CreateDirectory(folder);
        logger.LogInformation("{Reason}: starting a private {Server}, data in {Folder}", nothing, server, folder);
        return await PrivateServer.StartAsync(new RedisProcessOptions { Program = server, Port = Port, Folder = folder, Arguments = ["--appendonly", "yes"] }, "redis-server", null, logger);
    }

    /// <summary>An embedded server whose cluster was killed still answers for a moment, and nobody may use it any more.</summary>
    private static async Task WaitForOrphanAsync()
    {
        if (EmbeddedPlace.Find() is null && EmbeddedPlace.Last() is not null)
            await EmbeddedLease.WaitForFormerAsync();
    }

    private static async Task<PrivateServer?> StartEmbeddedAsync(ClusterOptions options, string reason, ILogger logger)
    {
        if (EmbeddedPlace.Find() is { } running)
        {
            options.Redis = running;
            logger.LogInformation("Using the embedded server that runs for this user, data in {Folder}", EmbeddedPlace.Folder);
            return null;
        }

        var place = EmbeddedLease.Take();
        try
        {
            await EmbeddedLease.WaitForFormerAsync();
            var (port, password) = await AddressAsync();
            place.Publish(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},password={password}"));
            options.Redis = place.Connection;
            logger.LogInformation("{Reason}: starting the embedded server on port {Port}, data in {Folder}. It serves this machine only; a redis-server is faster", reason, port, EmbeddedLease.DataFolder);
            return await PrivateServer.StartAsync(
                new RedisProcessOptions { Program = EmbeddedProgram.OfThisTool(), Port = port, Password = password, Folder = EmbeddedLease.DataFolder, Arguments = ["--appendonly", "yes"] },
                "embedded server",
                place,
                logger);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>Those of the last time, since other programs may know them; the default port, or a free one.</summary>
    private static async Task<(int Port, string Password)> AddressAsync()
    {
        var last = EmbeddedPlace.Last() is { Length: > 0 } text ? RedisSettings.Parse(text) : null;
        var password = last?.Password ?? Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
        var port = last?.Endpoints[0].Port ?? Port;
        if (await RedisProbe.AnswersAsync(port))
            port = port != Port && !await RedisProbe.AnswersAsync(Port) ? Port : FreePort.Next();
        return (port, password);
    }
}
