using System.CommandLine;
using Microsoft.Extensions.Configuration;
using QCluster.Client.Settings;
using QCluster.Terminal.Telemetry;

namespace QCluster.Terminal.CommandLine;

/// <summary>The options that every verb has: where Redis is and under which name.</summary>
internal sealed class Connection
{
    private readonly List<Option> _options = [];

    public Connection(Command command)
    {
        Command = command;
        Add<string?>("redis", "The Redis server: host:port, a StackExchange.Redis connection string, redis:// or rediss://. Default 127.0.0.1:6379.");
        Add<string?>("redis-ca", "PEM file of the certificate authorities to trust, for a Redis with TLS. Default: those of the machine.");
        Add<string?>("redis-cert", "PEM file of the client certificate for Redis. Default: none.");
        Add<string?>("redis-key", "PEM file of its key. Default: the key is in the certificate's file.");
        Add<string?>("redis-tls-host", "The name that the server's certificate must carry. Default: the host of the address.");
        Add<string?>("name", "The cluster name. Default 'default'.");
        Add<string[]>("secret", "A signing key; the first signs, all are accepted. Better given as QCLUSTER_SECRET than on a command line.");
        Add<string?>("otlp", "An OpenTelemetry collector that gets traces and metrics: http://host:4317 (gRPC), or http://host:4318 (HTTP). Default: none.");
        Add<string?>("call-timeout", "Time limit of one call to Redis, with reconnection and repetition. Default 10s.");
    }

    public Command Command { get; }

    /// <summary>A setting as an option.</summary>
    public void Add<T>(string name, string description)
    {
        var option = new Option<T>("--" + name) { Description = description };
        _options.Add(option);
        Command.Options.Add(option);
    }

    public SettingsReader Settings(ParseResult parsed)
    {
        var flags = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        foreach (var option in _options)
        {
            if (parsed.GetResult(option) is not { Implicit: false } result)
                continue;
            var tokens = result.Tokens.Select(t => t.Value).ToArray();
            flags[option.Name.TrimStart('-').Replace('-', '_')] = tokens.Length == 0 ? ["true"] : tokens;
        }

        var configuration = new ConfigurationBuilder()
            .SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile("appsettings.json", optional: true)
            .Build();
        return new SettingsReader(flags, configuration);
    }

    public QClusterClient Client(ParseResult parsed)
    {
        var settings = Settings(parsed);
        BeginExport(settings, "client");
        return new QClusterClient(settings.ReadClient());
    }

    /// <summary>Sends traces and metrics from here on, if a collector is named; what is left goes out when the tool ends.</summary>
    public static void BeginExport(SettingsReader settings, string role)
    {
        var endpoint = settings.Text("otlp");
        // The processes of a cluster read it there.
        Environment.SetEnvironmentVariable(OtlpExport.Variable, endpoint);
        ToolRunner.Export ??= OtlpExport.Begin(endpoint, role);
    }
}
