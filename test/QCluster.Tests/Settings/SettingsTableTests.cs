using System.Reflection;
using System.Text.Json;
using QCluster.Client.Settings;
using QCluster.Hosting;
using QCluster.Hosting.Children;
using QCluster.Hosting.Settings;

namespace QCluster.Tests.Settings;

/// <summary>The table of settings and the options that hold their values are complete.</summary>
internal sealed class SettingsTableTests
{
    private static readonly string[] OnlyCodeSets = [nameof(QClusterOptions.Json), nameof(QClusterOptions.MessagePack)];

    [Test]
    public void Every_property_of_a_client_has_its_row() =>
        Assert.That(ClientSettings.All.Select(s => s.Property).OfType<string>().Concat(OnlyCodeSets), Is.EquivalentTo(PropertiesOf(typeof(QClusterOptions)).Select(p => p.Name)));

    [Test]
    public void Every_property_of_a_cluster_has_its_row() =>
        Assert.That(
            ClientSettings.All.Select(s => s.Property).Concat(ClusterSettings.Own.Select(s => s.Property)).OfType<string>().Concat(OnlyCodeSets),
            Is.EquivalentTo(PropertiesOf(typeof(ClusterOptions)).Select(p => p.Name)));

    [Test]
    public void Every_name_is_its_property_in_small_letters()
    {
        var wrong = ClusterSettings.Own
            .Concat<ISetting>(ClientSettings.All)
            .Where(s => s.Property is not null && JsonNamingPolicy.SnakeCaseLower.ConvertName(s.Property) is var name && name != s.Name && name != s.Name + "s")
            .Select(s => s.Name);
        Assert.That(wrong, Is.Empty);
    }

    [TestCase("recycle")]
    [TestCase("max_rss")]
    [TestCase("max_attempts")]
    [TestCase("timeout")]
    [TestCase("max_age")]
    [TestCase("queue_limit")]
    [TestCase("cpu_affinity")]
    [TestCase("keep_successes")]
    [TestCase("keep_failures")]
    public void None_is_read_and_shown_for_no_limit(string name) => AssertShows(name, "none");

    [TestCase("save_limit", "all")]
    [TestCase("save_limit", "none")]
    [TestCase("keep_success_count", "all")]
    [TestCase("keep_failure_count", "all")]
    public void Words_for_retention_are_read_and_shown(string name, string word) => AssertShows(name, word);

    [Test]
    public void None_is_refused_where_it_would_mean_all() =>
        Assert.That(() => Read("keep_success_count", "none"), Throws.TypeOf<InvalidSettingException>());

    private static void AssertShows(string name, string word) =>
        Assert.That(ClusterSettings.Own.Single(s => s.Name == name).Show(Read(name, word), Reader(name, word)), Is.EqualTo(word));

    private static ClusterOptions Read(string name, string word)
    {
        var options = new ClusterOptions();
        var setting = ClusterSettings.Own.Single(s => s.Name == name);
        setting.Read(Reader(name, word), options);
        setting.Check(options);
        return options;
    }

    private static SettingsReader Reader(string name, string word) => new(new Dictionary<string, string?[]>(StringComparer.Ordinal) { [name] = [word] }, null);

    [Test]
    public void Every_default_is_valid() => Assert.That(() => new ClusterOptions().Validate(), Throws.Nothing);

    [Test]
    public void Every_value_reaches_the_monitor_unchanged()
    {
        var options = Unusual();
        var arrived = Arrived(options, ChildRole.Monitor);
        Assert.Multiple(() =>
        {
            foreach (var property in PropertiesOf(typeof(ClusterOptions)).Where(p => !OnlyCodeSets.Contains(p.Name)))
                Assert.That(property.GetValue(arrived), Is.EqualTo(property.GetValue(options)), property.Name);
        });
    }

    [Test]
    public void No_address_of_a_server_reaches_a_worker()
    {
        var options = Unusual();
        var unchanged = new ClusterOptions();
        var arrived = Arrived(options, ChildRole.Worker);
        string[] withheld = ["Redis", "RedisCa", "RedisCert", "RedisKey", "RedisTlsHost", "Results", "Smtp"];
        Assert.Multiple(() =>
        {
            foreach (var property in PropertiesOf(typeof(ClusterOptions)).Where(p => !OnlyCodeSets.Contains(p.Name)))
                Assert.That(property.GetValue(arrived), Is.EqualTo(property.GetValue(withheld.Contains(property.Name) ? unchanged : options)), property.Name);
        });
    }

    private static ClusterOptions Arrived(ClusterOptions options, ChildRole role)
    {
        var sent = JsonSerializer.SerializeToUtf8Bytes(ChildSettings.Of(options, "cluster", "/tmp", role), ChildJson.Default.ChildSettings);
        return JsonSerializer.Deserialize(sent, ChildJson.Default.ChildSettings)!.Options;
    }

    /// <summary>Options with no value that is a default.</summary>
    private static ClusterOptions Unusual()
    {
        var options = new ClusterOptions();
        foreach (var property in PropertiesOf(typeof(ClusterOptions)).Where(p => !OnlyCodeSets.Contains(p.Name)))
        {
            if (property.GetValue(options) is IList<string> list)
                list.Add($"{property.Name}, an entry with commas");
            else
                property.SetValue(options, Other(property, property.GetValue(options)));
        }

        return options;
    }

    private static object Other(PropertyInfo property, object? value) => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
    {
        var type when type == typeof(string) => Path.GetFullPath($"other-{property.Name}"),
        var type when type == typeof(bool) => value is false,
        var type when type == typeof(int) => (int)(value ?? 0) + 7,
        var type when type == typeof(long) => (long)(value ?? 0L) + 7_000_000_000,
        var type when type == typeof(double) => 0.123,
        var type when type == typeof(TimeSpan) => TimeSpan.FromDays(20_000) + TimeSpan.FromTicks(7),
        var type when type == typeof(CatchUp) => CatchUp.All,
        var type => throw new NotSupportedException($"Say here what another value of {type} is, for {property.Name}."),
    };

    private static PropertyInfo[] PropertiesOf(Type options) => options.GetProperties(BindingFlags.Public | BindingFlags.Instance);
}
