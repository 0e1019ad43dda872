using Microsoft.Extensions.Configuration;
using QCluster.Hosting.Settings;
using QCluster.Client.Settings;

namespace QCluster.Tests.Settings;

[NonParallelizable]
internal sealed class SettingsReaderTests
{
    private static SettingsReader Reader(Dictionary<string, string?[]>? flags = null, Dictionary<string, string?>? configuration = null) =>
        new(flags ?? [], new ConfigurationBuilder().AddInMemoryCollection(configuration ?? []).Build());

    [TestCase("500ms", 0.5)]
    [TestCase("2s", 2)]
    [TestCase("5m", 300)]
    [TestCase("1h", 3600)]
    [TestCase("1d", 86400)]
    [TestCase("1.5", 1.5)]
    public void A_duration_is_read(string text, double seconds)
    {
        Assert.That(Durations.TryParse(text, out var duration), Is.True);
        Assert.That(duration, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("")]
    [TestCase("s")]
    [TestCase("-1s")]
    [TestCase("1 week")]
    [TestCase("1e3")]
    public void An_invalid_duration_is_refused(string text) => Assert.That(Durations.TryParse(text, out _), Is.False);

    [TestCase(null, CatchUp.Latest)]
    [TestCase("latest", CatchUp.Latest)]
    [TestCase("true", CatchUp.Latest)]
    [TestCase("on", CatchUp.Latest)]
    [TestCase("ALL", CatchUp.All)]
    [TestCase("none", CatchUp.None)]
    [TestCase("false", CatchUp.None)]
    public void Catch_up_is_read_as_a_word_or_a_switch(string? text, CatchUp expected) =>
        Assert.That(Reader(text is null ? null : new() { ["catch_up"] = [text] }).ReadCluster().CatchUp, Is.EqualTo(expected));

    [Test]
    public void An_invalid_catch_up_is_refused_with_the_valid_values() =>
        Assert.That(() => Reader(new() { ["catch_up"] = ["some"] }).ReadCluster(), Throws.TypeOf<InvalidSettingException>().With.Message.Contains("some").And.Message.Contains("latest"));

    [Test]
    public void A_flag_overrides_the_environment_which_overrides_configuration()
    {
        var configuration = new Dictionary<string, string?> { ["QCluster:Grace"] = "1s", ["QCluster:result_ttl"] = "1h", ["QCluster:Queues:0"] = "a", ["QCluster:Queues:1"] = "b" };
        Environment.SetEnvironmentVariable("QCLUSTER_GRACE", "2s");
        try
        {
            Assert.That(Reader(new() { ["grace"] = ["3s"] }, configuration).ReadCluster().Grace, Is.EqualTo(TimeSpan.FromSeconds(3)));
            var options = Reader(null, configuration).ReadCluster();
            Assert.That(options.Grace, Is.EqualTo(TimeSpan.FromSeconds(2)));
            Assert.That(options.ResultTtl, Is.EqualTo(TimeSpan.FromHours(1)));
            Assert.That(options.Queues, Is.EqualTo(new[] { "a", "b" }));
        }
        finally
        {
            Environment.SetEnvironmentVariable("QCLUSTER_GRACE", null);
        }

        Assert.That(Reader(null, configuration).ReadCluster().Grace, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void A_connection_string_in_the_environment_keeps_its_commas()
    {
        Environment.SetEnvironmentVariable("QCLUSTER_REDIS", "a:1,b:2,password=x");
        Environment.SetEnvironmentVariable("QCLUSTER_QUEUE", "mail, files");
        try
        {
            var options = Reader(null, []).ReadCluster();
            Assert.That(options.Redis, Is.EqualTo("a:1,b:2,password=x"));
            Assert.That(options.Queues, Is.EqualTo(new[] { "mail", "files" }));
            Assert.That(Reader(null, []).ReadClient().Queue, Is.EqualTo("mail"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("QCLUSTER_REDIS", null);
            Environment.SetEnvironmentVariable("QCLUSTER_QUEUE", null);
        }
    }

    [TestCase("workers", "0")]
    [TestCase("workers", "many")]
    [TestCase("grace", "soon")]
    [TestCase("name", "a b")]
    [TestCase("compress", "maybe")]
    [TestCase("max_rss", "1X")]
    [TestCase("max_rss", "9999999999999G")]
    public void An_error_names_the_setting_the_value_and_the_remedy(string setting, string value) =>
        Assert.That(() => Reader(new() { [setting] = [value] }).ReadCluster(), Throws.TypeOf<InvalidSettingException>().With.Message.Contains(setting).And.Message.Contains(value).And.Message.Contains("write"));

    [Test]
    public void A_secret_is_never_shown() =>
        Assert.That(() => Reader(new() { ["secret"] = ["tooshort"] }).ReadCluster(), Throws.TypeOf<InvalidSettingException>().With.Message.Not.Contains("tooshort"));
}
