using System.CommandLine;
using Microsoft.Extensions.Configuration;
using QCluster.Client.Settings;
using QCluster.Terminal.Telemetry;

namespace QCluster.Terminal.CommandLine;

/// <summary>The options that every verb has: where Redis is and under which name.</summary>
internal sealed class Connection
{
    private static readonly string[] Needed = ["redis", "redis_ca", "redis_cert", "redis_key", "redis_tls_host", "name", "secret", "otlp", "call_timeout"];

    private readonly List<Option> _options = [];

    public Connection(Command command)
    {
        Command = command;
        var unchanged = new QClusterOptions();
        foreach (var setting in ClientSettings.All.Where(setting => Needed.Contains(setting.Name)))
            Add(setting, setting.DefaultOf(unchanged));
    }

    public Command Command { get; }

    /// <summary>A setting as an option.</summary>
    public void Add<T>(string name, string description)
    {
        var option = new Option<T>("--" + name) { Description = description };
        _options.Add(option);
        Command.Options.Add(option);
    }

    /// <summary>A row of the table of settings as an option, unless it is there.</summary>
    public void Add(ISetting setting, string otherwise)
    {
        var description = $"{setting.Description} Default: {otherwise}.";
        if (_options.Exists(option => option.Name == setting.Flag))
            return;
        if (setting.IsList)
            Add<string[]>(setting.Flag[2..], description.Replace(" Default:", " May be given several times. Default:", StringComparison.Ordinal));
        else if (setting.IsSwitch && otherwise == "off")
            Add<bool>(setting.Flag[2..], description);
        else
            Add<string?>(setting.Flag[2..], description);
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
