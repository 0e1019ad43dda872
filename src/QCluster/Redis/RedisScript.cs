using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace QCluster.Redis;

/// <summary>A Lua script and its hash in Redis.</summary>
internal sealed class RedisScript
{
    private static readonly ConcurrentDictionary<string, RedisScript> Loaded = new(StringComparer.Ordinal);

    public RedisScript(string name, string text)
    {
        Name = name;
        Text = text;
        // SHA-1 is what EVALSHA is defined with; it names a script, it protects nothing.
#pragma warning disable CA5350
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
        HashHex = Convert.ToHexStringLower(Hash);
    }

    public string Name { get; }

    public string Text { get; }

    /// <summary>The SHA-1 of <see cref="Text"/>, 20 bytes. Not to be written to.</summary>
    public byte[] Hash { get; }

    public string HashHex { get; }

    /// <summary>The script embedded in this assembly as <c>NAME.lua</c>.</summary>
    public static RedisScript Load(string name) => Loaded.GetOrAdd(name, static name => Read(typeof(RedisScript).Assembly, name));

    private static RedisScript Read(Assembly assembly, string name) => new(name, ReadText(assembly, name, []));

    /// <summary>Replaces a line <c>--include NAME</c> by the text of that script, the first time: Redis scripts cannot call one another.</summary>
    private static string ReadText(Assembly assembly, string name, HashSet<string> included)
    {
        const string include = "--include ";
        using var stream = assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"The assembly {assembly.GetName().Name} has no embedded script {name}.lua.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n');
        return string.Join('\n', lines.Select(Expand));

        string Expand(string line)
        {
            if (!line.StartsWith(include, StringComparison.Ordinal))
                return line;
            var other = line[include.Length..].Trim();
            return included.Add(other) ? ReadText(assembly, other, included) : "";
        }
    }

    /// <summary>The same script, which runs even if Redis is full: see anyway.lua.</summary>
    public RedisScript Forced() => new(Name, "redis.call('DEL', KEYS[1] .. '!')\n" + Text);

    public override string ToString() => Name;
}
