using System.Runtime.CompilerServices;
using QCluster.Queue;

namespace QCluster.Tests.Redis;

/// <summary>Keys of Redis are built in one place.</summary>
public sealed class RedisKeysTests
{
    private static readonly string[] Places = ["RedisKeys.cs", "KeySuffix.cs"];

    [TestCase("src")]
    [TestCase("tools")]
    public void No_other_source_builds_a_key(string root)
    {
        var folder = Path.Combine(Repository(), root);
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(f => !Places.Contains(Path.GetFileName(f), StringComparer.Ordinal)).ToArray();
        Assert.That(sources, Has.Length.GreaterThan(50), "there is something to look at");
        var found = sources.SelectMany(f => KeyLiterals.In(File.ReadAllText(f)).Select(l => $"{Path.GetRelativePath(folder, f)}:{l}"));
        Assert.That(found, Is.Empty, $"Take it from {nameof(RedisKeys)} or {nameof(KeySuffix)}.");
    }

    [TestCase("""var key = $"q:{{{name}:{queue}}}:x";""")]
    [TestCase("""var key = "q:{x}:queues";""")]
    [TestCase("""var call = new ScriptCall(script, queue, "w", []);""")]
    [TestCase("""var key = keys.Named("c");""")]
    [TestCase("""var key = keys.Named("ge"u8);""")]
    [TestCase("""var key = "gi:" + label;""")]
    [TestCase("""var key = $"sv:{state}";""")]
    [TestCase("""var key = "sv:3";""")]
    [TestCase("""var key = "wkl";""")]
    [TestCase("""var channel = _keys.Prefix + suffix;""")]
    [TestCase("""var channel = $"{broker.Keys.Prefix}{suffix}";""")]
    public void Key_that_is_built_elsewhere_is_found(string statement) => Assert.That(KeyLiterals.In(statement), Is.Not.Empty);

    [TestCase("""var unit = "c";""")]
    [TestCase("""var text = $"{name}: {value}";""")]
    [TestCase("""var key = keys.Named(KeySuffix.HeldEnded);""")]
    public void Other_text_is_no_key(string statement) => Assert.That(KeyLiterals.In(statement), Is.Empty);

    [Test]
    public void Suffix_is_found_in_its_key()
    {
        var keys = new RedisKeys("name", "queue");
        byte[] key = keys.Named(KeySuffix.InFlight, "worker"u8)!;
        Assert.That(RedisKeys.TryRest(RedisKeys.SuffixOf(key), KeySuffix.InFlight, out var rest), Is.True);
        Assert.That(rest.ToArray(), Is.EqualTo("worker"u8.ToArray()));
        Assert.That(RedisKeys.TryRest(RedisKeys.SuffixOf(key), KeySuffix.Record, out _), Is.False);
    }

    private static string Repository([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
