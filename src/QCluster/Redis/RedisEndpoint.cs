using System.Net;
using System.Net.Sockets;

namespace QCluster.Redis;

/// <summary>The address of a server: a host name or address, and a port.</summary>
internal readonly record struct RedisEndpoint(string Host, int Port)
{
    public const int DefaultPort = 6379;

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public static RedisEndpoint Of(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => new RedisEndpoint(ip.Address.ToString(), ip.Port),
        DnsEndPoint name => new RedisEndpoint(name.Host, name.Port),
        _ => new RedisEndpoint(endpoint.ToString() ?? "", DefaultPort),
    };

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]</c>, <c>[v6]:port</c> or a bare IPv6 address.</summary>
    public static bool TryParse(string text, int defaultPort, out RedisEndpoint endpoint)
    {
        endpoint = default;
        var host = text;
        var port = "";
        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']');
            if (close < 0) return false;
            host = text[1..close];
            var rest = text[(close + 1)..];
            if (rest.Length > 0 && rest[0] != ':') return false;
            port = rest.Length > 0 ? rest[1..] : "";
            if (rest.Length == 1 || !IsIPv6(host)) return false;
        }
        else if (text.IndexOf(':') is var colon and >= 0 && colon == text.LastIndexOf(':'))
        {
            host = text[..colon];
            port = text[(colon + 1)..];
            if (port.Length == 0) return false;
        }

        if (host.Length == 0 || (host.Contains(':') && !IsIPv6(host)) || host.AsSpan().IndexOfAny(" \t/@?#\\") >= 0) return false;
        var number = defaultPort;
        if (port.Length > 0 && !(int.TryParse(port, System.Globalization.NumberStyles.None, provider: null, out number) && number is > 0 and < 65536)) return false;
        endpoint = new RedisEndpoint(host, number);
        return true;
    }

    private static bool IsIPv6(string host)
        => System.Net.IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
}
