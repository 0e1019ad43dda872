using System.Text.Json;
using QCluster.Wire.Packets;
using System.Text.Json.Serialization;
using MessagePack;
using QCluster.Client.Settings;
using QCluster.Redis;
using QCluster.Wire.Values;

namespace QCluster;

/// <summary>The settings of a client; a cluster adds its own in <c>ClusterOptions</c>.</summary>
public class QClusterOptions
{
    /// <summary>The name under which clients and clusters find each other: part of every Redis key and of every signature.</summary>
    /// <value>Default <c>default</c>. Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</value>
    public string Name { get; set; } = "default";

    /// <summary>The Redis server: a StackExchange.Redis connection string, <c>redis://</c> or <c>rediss://</c>.</summary>
    /// <value>Default <c>127.0.0.1:6379</c>.</value>
    public string Redis { get; set; } = "127.0.0.1:6379";

    /// <summary>Gets or sets the trusted authorities for the certificate of a Redis server: a PEM file, read at each connect.</summary>
    /// <value>Default null: the authorities that the machine trusts. With a file only those in it are trusted. Needs an address with TLS.</value>
    public string? RedisCa { get; set; }

    /// <summary>Gets or sets the client certificate for Redis (mutual TLS): a PEM file, with the intermediate certificates, read at each connect.</summary>
    /// <value>Default null: none. Needs an address with TLS.</value>
    public string? RedisCert { get; set; }

    /// <summary>Gets or sets the private key of <see cref="RedisCert"/>: a PEM file without a password, read at each connect.</summary>
    /// <value>Default null: the key is in the file of the certificate.</value>
    public string? RedisKey { get; set; }

    /// <summary>Gets or sets the requested name (SNI), which the server's certificate must contain, if it differs from the address: behind a tunnel, or with an IP address.</summary>
    /// <value>Default null: the host of the address. Needs an address with TLS.</value>
    public string? RedisTlsHost { get; set; }

    /// <summary>
    /// The signing keys. If there is one, every packet and outcome is signed (HMAC-SHA256) with the first one, and a packet without a signature by one
    /// of them is refused. To change the key, add the new one as the first everywhere, and remove the old one when no
    /// task signed with it waits.
    /// </summary>
    /// <value>Default none: nothing is signed, and anyone who can write to Redis can enqueue any registered function.</value>
    public IList<string> Secrets { get; } = [];

    /// <summary>The queue of tasks whose call names none.</summary>
    /// <value>Default <c>default</c>.</value>
    public string Queue { get; set; } = "default";

    /// <summary>The time for which Redis keeps the record of a finished task, unless its call gives one.</summary>
    /// <value>Default 1 day.</value>
    public TimeSpan ResultTtl { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Keeps the record of every task for <see cref="ResultTtl"/> in Redis, unless its call sets <see cref="TaskOptions.Cached"/>.</summary>
    /// <value>Default off: records go to the database, or, without one, the last <c>save_limit</c> are kept.</value>
    public bool Cached { get; set; }

    /// <summary>The database for the records of uncached tasks: <c>postgres://user:password@host:port/database</c> or an Npgsql connection string. Clients read from it, clusters save in it.</summary>
    /// <value>Default null: none.</value>
    public string? Results { get; set; }

    /// <summary>Compresses packets and outcomes over 512 bytes with zlib, if that makes them smaller. Costs processor time on both sides, saves Redis memory.</summary>
    /// <value>Default off. Readers always understand both.</value>
    public bool Compress { get; set; }

    /// <summary>The maximum size of a packet or outcome, in bytes. Larger ones are refused when written and when read.</summary>
    /// <value>Default 16 MiB.</value>
    public int MaxPacketBytes { get; set; } = 16 << 20;

    /// <summary>The time limit of one call, with reconnection and repetition. After it the call fails with <see cref="BrokerException"/>.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The mapping of arguments and results: converters, source-generated contexts, naming.</summary>
    /// <value>Default null: the System.Text.Json defaults. Clients and workers must agree.</value>
    [JsonIgnore]
    public JsonSerializerOptions? Json { get; set; }

    /// <summary>
    /// The resolver, and with it the formatters, for types marked with <c>[MessagePackObject]</c>, <c>[Union]</c> or <c>[MessagePackFormatter]</c>; <see cref="Json"/> maps other types.
    /// </summary>
    /// <value>
    /// Default null: the <see cref="MessagePackSerializerOptions"/> registered in the program's or the app's services, or without one <see cref="MessagePackSerializerOptions.Standard"/>.
    /// Clients and workers must agree.
    /// </value>
    /// <remarks>
    /// Security for trusted data is replaced by <see cref="MessagePackSecurity.UntrustedData"/>; a <see cref="MessagePackSecurity"/> of your own that resists hash collisions is used. Compression and
    /// the old specification are refused: <see cref="Compress"/> compresses whole packets.
    /// </remarks>
    [JsonIgnore]
    public MessagePackSerializerOptions? MessagePack { get; set; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidSettingException">A setting is invalid; the message names the first one.</exception>
    public virtual void Validate()
    {
        foreach (var setting in ClientSettings.All)
            setting.Check(this);
        ToRedisTls()?.Check();
        MessagePackValues.Check(MessagePack);
    }

    /// <summary>The format of packets with these settings.</summary>
    internal PacketFormat ToPacketFormat() => PacketFormat.Of(Name, Secrets, MaxPacketBytes, ValueSerializer.Of(Json, MessagePack), Compress);

    /// <summary>The files and the name for TLS; null if none is set.</summary>
    internal RedisTls? ToRedisTls() => RedisTls.Of(RedisCa, RedisCert, RedisKey, RedisTlsHost);

    /// <summary>The settings of the connection to Redis.</summary>
    /// <exception cref="InvalidSettingException">The address is invalid.</exception>
    internal RedisSettings ToRedisSettings() => RedisSettings.Parse(Redis, ToRedisTls());
}
