using System.Globalization;
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

    /// <summary>Whether the user named a Redis at all.</summary>
    public bool NamesRedis => Text("redis") is not null;

    /// <summary>Sets what a client needs, as far as something is said of it.</summary>
    public void Apply(QClusterOptions options)
    {
        options.Queue = All("queue").FirstOrDefault() ?? options.Queue;
        options.Name = Text("name") ?? options.Name;
        options.Redis = Text("redis") ?? options.Redis;
        options.RedisCa = Text("redis_ca") ?? options.RedisCa;
        options.RedisCert = Text("redis_cert") ?? options.RedisCert;
        options.RedisKey = Text("redis_key") ?? options.RedisKey;
        options.RedisTlsHost = Text("redis_tls_host") ?? options.RedisTlsHost;
        Each("secret", options.Secrets.Add);
        options.Cached = Switch("cached", options.Cached);
        options.Results = Text("results") ?? options.Results;
        options.ResultTtl = Duration("result_ttl", options.ResultTtl);
        options.CallTimeout = Duration("call_timeout", options.CallTimeout);
        options.Compress = Switch("compress", options.Compress);
        options.MaxPacketBytes = Number("max_packet_bytes", options.MaxPacketBytes, int.MaxValue);
    }

    /// <summary>A setting with one value: commas are part of it.</summary>
    public string? Text(string name) => (Variable(name) is { } variable && !IsFlagged(name) ? [variable] : All(name)).FirstOrDefault();

    public void Each(string name, Action<string> add)
    {
        foreach (var value in All(name))
            add(value);
    }

    /// <summary>Which of the places a setting comes from, in words.</summary>
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

    public int Number(string name, int otherwise, int most)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new InvalidSettingException(name, text, "write a whole number");
    }

    public double Fraction(string name, double otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidSettingException(name, text, "write a number such as 0.1");
    }

    public long Bytes(string name, long otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        var (digits, factor) = char.ToUpperInvariant(text[^1]) switch
        {
            'K' => (text[..^1], 1L << 10),
            'M' => (text[..^1], 1L << 20),
            'G' => (text[..^1], 1L << 30),
            _ => (text, 1L),
        };
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * factor
            : throw new InvalidSettingException(name, text, "write a number of bytes, or one with K, M or G");
    }

    public TimeSpan Duration(string name, TimeSpan otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        return Durations.TryParse(text, out var duration)
            ? duration
            : throw new InvalidSettingException(name, text, "write a duration such as 500ms, 2s, 5m or 1h");
    }

    public bool Switch(string name, bool otherwise) => Text(name)?.ToLowerInvariant() switch
    {
        null => otherwise,
        "1" or "true" or "on" or "yes" => true,
        "0" or "false" or "off" or "no" => false,
        var text => throw new InvalidSettingException(name, text, "write on or off"),
    };
}
