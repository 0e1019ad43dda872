using System.Globalization;
using System.Runtime.InteropServices;
using QCluster.Launching.Servers;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Start;

/// <summary>The hidden verb <c>embedded-redis</c>: this program as a server. It takes the arguments of redis-server that have a meaning here.</summary>
internal static class EmbeddedRedis
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        try
        {
            var requested = new TaskCompletionSource<string?>();
            var (options, endsWithInput) = Read(arguments);
            await using var server = await EmbeddedServer.StartAsync(options);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The embedded server listens on 127.0.0.1:{server.Port}; data in {server.Folder}"));
            if (server.Warning is { } warning)
                await Console.Error.WriteLineAsync("qcluster: " + warning);
            if (endsWithInput)
                _ = EndWithInputAsync(requested);
            var problem = await await Task.WhenAny(server.Completion, requested.Task);
            if (problem is null)
                return ExitCode.Success;
            await Console.Error.WriteLineAsync("qcluster: " + problem);
            return ExitCode.Failure;

            void Stop(PosixSignalContext context)
            {
                context.Cancel = true;
                requested.TrySetResult(null);
            }
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            await Console.Error.WriteLineAsync("qcluster: " + e.Message);
            return ExitCode.Failure;
        }
    }

    /// <summary>The input closes with the process that started this one, killed or not: nobody would start it again, and its port would stay taken.</summary>
    private static async Task EndWithInputAsync(TaskCompletionSource<string?> requested)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer) > 0)
        {
            // Nothing is expected.
        }

        requested.TrySetResult(null);
    }

    private static (EmbeddedServerOptions Options, bool EndsWithInput) Read(IReadOnlyList<string> arguments)
    {
        if (arguments.Count % 2 != 0)
            throw new ArgumentException($"{ServerProgram.EmbeddedVerb} takes pairs of a name and a value, and the last one has no value: {arguments[^1]}");
        string? folder = null, password = Environment.GetEnvironmentVariable(ServerProgram.EmbeddedPassword);
        int? port = null;
        long? memory = null;
        bool isAppendOnly = true, flushes = false, endsWithInput = false;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--dir": folder = value; break;
                case "--port": port = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--requirepass": password = value; break;
                case "--appendonly": isAppendOnly = value == "yes"; break;
                case "--appendfsync": flushes = value == "always"; break;
                case "--maxmemory": memory = long.Parse(value, CultureInfo.InvariantCulture); break;
                case "--ends-with-stdin": endsWithInput = value == "yes"; break;
                case "--bind" when value == "127.0.0.1":
                case "--daemonize" when value == "no":
                case "--save" when value.Length == 0:
                    break;
                default:
                    throw new ArgumentException($"{ServerProgram.EmbeddedVerb} does not take {arguments[i]} {value}. It takes --dir, --port, --requirepass, --appendonly yes|no, --appendfsync always|everysec and --maxmemory BYTES.");
            }
        }

        var options = new EmbeddedServerOptions
        {
            Folder = folder,
            Port = port,
            Password = string.IsNullOrEmpty(password) ? null : password,
            MaxMemory = memory,
            AppendOnly = isAppendOnly,
            FlushAlways = flushes,
        };
        return (options, endsWithInput);
    }
}
