using QCluster.Client.Results;
using QCluster.Model;
using QCluster.Redis;
using Row = QCluster.Client.Settings.SettingRows<QCluster.QClusterOptions>;

namespace QCluster.Client.Settings;

/// <summary>The table of the settings that clients and clusters have.</summary>
internal static class ClientSettings
{
    public static IReadOnlyList<ISetting<QClusterOptions>> All { get; } =
    [
        Row.Text("name", o => o.Name, (o, v) => o.Name = v!, CheckName,
            "The name under which clients and clusters find each other: part of every Redis key and of every signature."),
        Row.Text("redis", o => o.Redis, (o, v) => o.Redis = v!, CheckRedis,
            "The Redis server: host:port, a StackExchange.Redis connection string, redis://, rediss://, or 'embedded' for the server in .NET on this machine.",
            reach: SettingReach.NotWorkers, shown: text => RedisSettings.Parse(text).Display),
        Row.Text("redis_ca", o => o.RedisCa, (o, v) => o.RedisCa = v, null,
            "A PEM file of the authorities to trust, instead of the machine's, for a Redis with TLS.",
            "the machine's", SettingReach.NotWorkers),
        Row.Text("redis_cert", o => o.RedisCert, (o, v) => o.RedisCert = v, null,
            "A PEM file of the certificate to show to Redis (mutual TLS).",
            reach: SettingReach.NotWorkers),
        Row.Text("redis_key", o => o.RedisKey, (o, v) => o.RedisKey = v, null,
            "A PEM file of the key of redis_cert, without a password.",
            "in the certificate's file", SettingReach.NotWorkers),
        Row.Text("redis_tls_host", o => o.RedisTlsHost, (o, v) => o.RedisTlsHost = v, null,
            "The name that is asked for (SNI) and that the server's certificate must carry.",
            "the host of the address", SettingReach.NotWorkers),
        Row.Text("queue", o => o.Queue, (o, v) => o.Queue = v!, CheckName,
            "The queue that a client enqueues to.",
            isFirstOfSeveral: true),
        Row.Texts("secret", o => o.Secrets, CheckSecrets,
            "A signing key of at least 16 characters; the first signs, all are accepted. Better given as a variable than on a command line.",
            reach: SettingReach.Key, shown: ShowSecrets),
        Row.Value("result_ttl", SettingKinds.Duration, o => o.ResultTtl, (o, v) => o.ResultTtl = v, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650),
            "How long Redis keeps the record of a finished task."),
        Row.Switch("cached", o => o.Cached, (o, v) => o.Cached = v,
            "Keep the record of every task in Redis for result_ttl, unless its call says otherwise."),
        Row.Text("results", o => o.Results, (o, v) => o.Results = ResultFile.Absolute(v), CheckResults,
            $"A database for the records of uncached tasks: {ResultStores.Forms}. One with a password is better given as a variable than on a command line.",
            reach: SettingReach.Monitor, shown: ShowResults),
        Row.Value("call_timeout", SettingKinds.Duration, o => o.CallTimeout, (o, v) => o.CallTimeout = v, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1),
            "How long one call to Redis may take in all, reconnecting and repeating included."),
        Row.Switch("compress", o => o.Compress, (o, v) => o.Compress = v,
            "Compress packets over 512 bytes with zlib, when that makes them smaller: less Redis memory, more processor time."),
        Row.Value("max_packet_bytes", SettingKinds.Number, o => o.MaxPacketBytes, (o, v) => o.MaxPacketBytes = v, 1024, 256 << 20,
            "The largest packet or outcome that is written and read, in bytes."),
        new ProgramSetting("otlp")
        {
            Description = "An OpenTelemetry collector that gets traces and metrics: http://host:4317 (gRPC) or http://host:4318 (HTTP).",
            Default = "none",
            Shown = ShownText.WithoutPassword,
        },
    ];

    private static void CheckName(string name, string? value) => NameRule.Check(name, value!);

    private static void CheckRedis(string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw new InvalidSettingException(name, value, "write host:port or redis://host:port");
    }

    private static void CheckResults(string name, string? value)
    {
        ResultStores.Check(name, value);
        if (ResultFile.IsNamedBy(value))
            ResultFile.Check(value);
    }

    private static string ShowResults(string results) => ResultFile.IsNamedBy(results) ? ResultFile.Absolute(results) : ShownText.WithoutPassword(results);

    private static void CheckSecrets(QClusterOptions options)
    {
        if (options.Secrets.Any(s => s.Length < 16))
            throw new InvalidSettingException("secret", null, "write at least 16 characters, for example the output of 'openssl rand -hex 32'");
    }

    private static string ShowSecrets(QClusterOptions options) => options.Secrets.Count == 0 ? "none: nothing is signed" : $"{options.Secrets.Count} set";
}
