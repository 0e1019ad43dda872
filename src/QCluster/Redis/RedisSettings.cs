using System.Globalization;
using System.Security.Authentication;
using System.Text;

namespace QCluster.Redis;

/// <summary>
/// The address of Redis: a StackExchange.Redis connection string, or a <c>redis://</c> or <c>rediss://</c> address.
/// Neither an error nor a text made from it contains the password.
/// </summary>
internal sealed class RedisSettings
{
    private const string Setting = "redis";
    private const string Expected = "write host:port, host:port,password=...,ssl=true or redis://[user:password@]host[:port][/db] (rediss:// for TLS)";

    // Understood so that strings made for StackExchange.Redis keep working; the connections here manage these matters themselves.
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.OrdinalIgnoreCase)
    {
        "abortConnect", "allowAdmin", "asyncTimeout", "configChannel", "configCheckSeconds", "connectRetry", "heartbeatInterval",
        "highPriorityThreads", "keepAlive", "preserveAsyncOrder", "protocol", "resolveDns", "responseTimeout", "setlib", "syncTimeout",
        "tiebreaker", "version", "writeBuffer", "checkCertificateRevocation",
    };

    private RedisSettings()
    {
    }

    public IReadOnlyList<RedisEndpoint> Endpoints { get; private set; } = [new("127.0.0.1", RedisEndpoint.DefaultPort)];

    public string? User { get; private set; }

    public string? Password { get; private set; }

    public int Database { get; private set; }

    public bool Ssl { get; private set; }

    /// <summary>The required name in the server's certificate. Null: the endpoint's host.</summary>
    public string? SslHost { get; private set; }

    public SslProtocols SslProtocols { get; private set; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The trusted authorities and the client certificate. Null: the machine's authorities, and none.</summary>
    public RedisTls? Tls { get; private set; }

    /// <summary>With a name, the endpoints are Redis Sentinels, which know the primary.</summary>
    public string? ServiceName { get; private set; }

    public string? ClientName { get; private set; }

    public TimeSpan? ConnectTimeout { get; private set; }

    /// <summary>The address of Redis, without secrets.</summary>
    public string Display
    {
        get
        {
            var text = new StringBuilder().AppendJoin(',', Endpoints);
            if (ServiceName is not null) text.Append(",serviceName=").Append(ServiceName);
            if (Database != 0) text.Append(",defaultDatabase=").Append(Database);
            if (Ssl) text.Append(",ssl=true");
            return text.ToString();
        }
    }

    public override string ToString() => Display;

    /// <summary>Reads the user's text; nothing or white space is 127.0.0.1:6379, <c>embedded</c> the embedded server of this user.</summary>
    /// <param name="text">The address.</param>
    /// <param name="tls">The other settings of TLS.</param>
    /// <exception cref="InvalidSettingException">The text is not a valid address.</exception>
    public static RedisSettings Parse(string? text, RedisTls? tls = null)
    {
        var settings = Parse(text);
        if (tls is not null && !settings.Ssl)
            throw Bad("redis_ca, redis_cert, redis_key and redis_tls_host need an address with TLS: rediss://, or ssl=true");
        settings.Tls = tls;
        settings.SslHost = tls?.Host ?? settings.SslHost;
        return settings;
    }

    private static RedisSettings Parse(string? text)
    {
        var settings = new RedisSettings();
        text = EmbeddedPlace.Resolve(text?.Trim() ?? "");
        if (text.Length == 0) return settings;
        if (text.StartsWith("redis://", StringComparison.OrdinalIgnoreCase)) settings.ReadAddress(text[8..], tls: false);
        else if (text.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase)) settings.ReadAddress(text[9..], tls: true);
        else if (text.Contains("://", StringComparison.Ordinal) && !text.Contains('=')) throw Bad("the scheme before :// must be redis or rediss");
        else settings.ReadConnectionString(text);
        settings.Check();
        return settings;
    }

    private void ReadAddress(string rest, bool tls)
    {
        Ssl = tls;
        if (rest.AsSpan().IndexOfAny('?', '#') >= 0) throw Bad("an address takes no ? or # part (in a password write %3F and %23)");
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            var credentials = rest[..at];
            var colon = credentials.IndexOf(':');
            User = colon < 0 ? Decode(credentials) : Decode(credentials[..colon]);
            Password = colon < 0 ? null : Decode(credentials[(colon + 1)..]);
            if (User.Length == 0) User = null;
        }

        var place = rest[(at + 1)..];
        var slash = place.IndexOf('/');
        if (slash >= 0)
        {
            var database = place[(slash + 1)..].TrimEnd('/');
            place = place[..slash];
            if (database.Length > 0) Database = Number(database, "the database number after the last /", 0);
        }

        if (place.Length == 0) return;
        if (!RedisEndpoint.TryParse(Uri.UnescapeDataString(place), RedisEndpoint.DefaultPort, out var endpoint))
            throw Bad("the host and port of the address are not valid (an IPv6 address stands in [ ]; an @, / or : in a password is written %40, %2F, %3A)");
        Endpoints = [endpoint];
    }

    private void ReadConnectionString(string text)
    {
        var endpoints = new List<string>();
        var items = text.Split(',');
        for (var i = 0; i < items.Length; i++)
        {
            var item = items[i].Trim();
            if (item.Length == 0) continue;
            var equals = item.IndexOf('=');
            if (equals < 0)
            {
                // After the password this may be the rest of one with a comma in it, and must neither be shown nor connected to.
                endpoints.Add(item);
                if (Password is not null || !RedisEndpoint.TryParse(item, RedisEndpoint.DefaultPort, out _)) throw Bad($"item {i + 1} is neither an endpoint host:port nor an option name=value (endpoints come before the password; a password with a comma needs the redis:// form, as %2C)");
                continue;
            }

            ReadOption(item[..equals].Trim(), item[(equals + 1)..].Trim(), i + 1);
        }

        if (endpoints.Count == 0) return;
        var defaultPort = ServiceName is not null ? 26379 : Ssl ? 6380 : RedisEndpoint.DefaultPort;
        var parsed = new List<RedisEndpoint>(endpoints.Count);
        foreach (var item in endpoints)
        {
            if (RedisEndpoint.TryParse(item, defaultPort, out var endpoint)) parsed.Add(endpoint);
        }

        Endpoints = parsed;
    }

    private void ReadOption(string name, string value, int position)
    {
        switch (name.ToUpperInvariant())
        {
            case "PASSWORD": Password = value; break;
            case "USER": User = value; break;
            case "SSL": Ssl = Truth(value, name); break;
            case "SSLHOST": SslHost = value; Ssl = true; break;
            case "SSLPROTOCOLS": SslProtocols = Protocols(value); break;
            case "DEFAULTDATABASE": Database = Number(value, name, 0); break;
            case "NAME": ClientName = value; break;
            case "SERVICENAME": ServiceName = value.Length == 0 ? null : value; break;
            case "CONNECTTIMEOUT": ConnectTimeout = TimeSpan.FromMilliseconds(Number(value, name, 1)); break;
            case "CHANNELPREFIX" or "PROXY" or "TUNNEL" when value.Length > 0: throw Bad($"the option {name} is not supported; remove it");
            default:
                // The name is not shown: it may be the rest of a password with a comma in it.
                if (!WithoutEffect.Contains(name) && name.ToUpperInvariant() is not ("CHANNELPREFIX" or "PROXY" or "TUNNEL"))
                    throw Bad($"item {position} is not an option known here (a password with a comma needs the redis:// form, as %2C)");
                break;
        }
    }

    private void Check()
    {
        if (string.Equals(User, "default", StringComparison.Ordinal)) User = null;
        if (User is not null && string.IsNullOrEmpty(Password)) throw Bad("a user name needs a password");
        if (string.IsNullOrEmpty(Password)) Password = null;
        if (string.IsNullOrEmpty(SslHost)) SslHost = null;
    }

    private static string Decode(string text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw Bad("a % in the user or password is not followed by two hexadecimal digits (write a % itself as %25)");
        }

        return Uri.UnescapeDataString(text);
    }

    private static int Number(string text, string what, int least)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw Bad($"{what} must be a whole number from {least}");

    private static bool Truth(string text, string what) => text.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "1" => true,
        "FALSE" or "NO" or "OFF" or "0" => false,
        _ => throw Bad($"{what} must be true or false"),
    };

    private static SslProtocols Protocols(string text)
    {
        if (!Enum.TryParse<SslProtocols>(text.Replace('|', ','), ignoreCase: true, out var protocols) || (protocols & ~(SslProtocols.Tls12 | SslProtocols.Tls13)) != SslProtocols.None)
            throw Bad("sslProtocols must be tls12, tls13 or tls12|tls13");
        return protocols == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : protocols;
    }

    // The value is never shown: it may hold a password in a place that was not recognised as one.
    private static InvalidSettingException Bad(string why) => new(Setting, value: null, $"{why}; {Expected}");
}
