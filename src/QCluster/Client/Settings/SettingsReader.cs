using Microsoft.Extensions.Configuration;

namespace QCluster.Client.Settings;

/// <summary>
/// Reads settings from flags, then the environment (<c>QCLUSTER_*</c>), then the section <c>QCluster</c> of the configuration;
/// the first that names a setting counts. Names are those of the documentation: <c>result_ttl</c> is the flag
/// <c>--result-ttl</c>, the variable <c>QCLUSTER_RESULT_TTL</c> and the key <c>QCluster:ResultTtl</c> or <c>QCluster:result_ttl</c>.
/// </summary>
internal sealed class SettingsReader(IReadOnlyDictionary<string, string?[]> flags, IConfiguration? configuration)
{
    /// <summary>The environment and, where there is one, a configuration.</summary>
    public SettingsReader(IConfiguration? configuration = null)
        : this(new Dictionary<string, string?[]>(StringComparer.Ordinal), configuration)
    {
    }

    public QClusterOptions ReadClient()
    {
        var options = new QClusterOptions();
        Apply(options);
        options.Validate();
        return options;
    }

    /// <summary>Tells whether the user set the address of Redis.</summary>
    public bool NamesRedis => Text("redis") is not null;

    /// <summary>Sets the given settings of a client.</summary>
    public void Apply(QClusterOptions options) => Apply(ClientSettings.All, options);

    /// <summary>Sets the given settings of these rows.</summary>
    public void Apply<TOptions>(IEnumerable<ISetting<TOptions>> rows, TOptions options)
    {
        foreach (var row in rows)
            row.Read(this, options);
    }

    /// <summary>A setting with one value: commas are part of it.</summary>
    public string? Text(string name) => (Variable(name) is { } variable && !IsFlagged(name) ? [variable] : All(name)).FirstOrDefault();

    /// <summary>Returns the given texts of a setting: none, one or, for a list, several.</summary>
    public IReadOnlyList<string> Texts(ISetting setting) => setting.IsList ? All(setting.Name) : Text(setting.Name) is { } text ? [text] : [];

    /// <summary>Returns the source of a setting, in words.</summary>
    public string SourceOf(string name) =>
        IsFlagged(name) ? "--" + name.Replace('_', '-')
        : Variable(name) is not null ? "QCLUSTER_" + name.ToUpperInvariant()
        : Entry(name) is not null ? "configuration"
        : "default";

    private bool IsFlagged(string name) => flags.TryGetValue(name, out var given) && given.Length > 0;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable("QCLUSTER_" + name.ToUpperInvariant()) is { Length: > 0 } variable ? variable : null;

    private IReadOnlyList<string> All(string name)
    {
        if (IsFlagged(name))
            return [.. flags[name].OfType<string>()];
        if (Variable(name) is { } variable)
            return variable.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Entry(name) is not { } entry)
            return [];
        return entry.Value is { } single ? [single] : [.. entry.GetChildren().Select(c => c.Value).OfType<string>()];
    }

    private IConfigurationSection? Entry(string name)
    {
        if (configuration?.GetSection("QCluster") is not { } section)
            return null;
        var plain = name.Replace("_", "", StringComparison.Ordinal);
        return Array.ConvertAll((string[])[plain, name, plain + "s"], section.GetSection).FirstOrDefault(entry => entry.Exists());
    }
}
