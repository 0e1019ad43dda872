using QCluster.Launching.Servers;
using QCluster.Redis;

namespace QCluster.Tool.Lab;

/// <summary>Starts a server for a measurement or a trial only: on a free port, and it does not outlive it.</summary>
internal static class OwnRedis
{
    /// <summary>Names the redis-server on PATH.</summary>
    public const string RedisServer = "redis-server";

    /// <summary>Starts one that forgets all when it ends; or, with <paramref name="durable"/>, one whose append-only file has everything that it has answered.</summary>
    /// <param name="durable">Whether its data survive its end.</param>
    /// <param name="named"><c>embedded</c> or <c>redis-server</c>; null = the redis-server on PATH, or, without one, the embedded server.</param>
    /// <exception cref="IOException">It does not start.</exception>
    public static Task<RedisProcess> StartAsync(bool durable = false, string? named = null)
    {
        var program = EmbeddedPlace.IsMeant(named) ? null : ServerProgram.RedisServer();
        if (program is null && named != RedisServer)
            program = EmbeddedProgram.OfThisTool();
        // A process that is killed has given its data to the operating system: for the embedded server that is enough, and its default.
        string[] always = program?.PasswordVariable is null ? ["--appendfsync", "always"] : [];
        return RedisProcess.StartAsync(new RedisProcessOptions
        {
            Program = program,
            Arguments = ["--save", "", .. durable ? (string[])["--appendonly", "yes", .. always] : ["--appendonly", "no"]],
            EndsWithThisProcess = true,
        });
    }
}
