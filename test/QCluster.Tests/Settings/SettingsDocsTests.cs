using System.Runtime.CompilerServices;
using QCluster.Client.Settings;
using QCluster.Hosting;
using QCluster.Hosting.Settings;

namespace QCluster.Tests.Settings;

/// <summary>The page of settings says what the table says.</summary>
internal sealed class SettingsDocsTests
{
    private static readonly string[] Page = Read();

    private static IEnumerable<TestCaseData> Rows() =>
        new (string Section, IEnumerable<ISetting<ClusterOptions>> Rows)[]
        {
            ("## Clients and clusters", ClientSettings.All.Where(s => s.Property is not null)),
            ("## Clusters", ClusterSettings.Own.Where(s => s.Property is not null)),
            ("## Programs", ClusterSettings.All.Where(s => s.Property is null)),
        }.SelectMany(part => part.Rows.Select(row => new TestCaseData(part.Section, row).SetArgDisplayNames(part.Section, row.Name)));

    [TestCaseSource(nameof(Rows))]
    public void Page_has_the_row_of_a_setting(string section, ISetting<ClusterOptions> setting)
    {
        // More may follow the description.
        var expected = $"| `{setting.Name}` | `{setting.Flag}` `{setting.Variable}` | {setting.DefaultOf(new ClusterOptions())} | {setting.Description}";
        Assert.That(LinesOf(section).Any(line => line == expected + " |" || line.StartsWith(expected + " ", StringComparison.Ordinal)), Is.True, $"Paste into docs/settings.md, under {section}:\n{expected} |");
    }

    [Test]
    public void Page_has_no_row_of_something_else()
    {
        var known = Rows().Select(row => ((ISetting)row.Arguments[1]!).Name).ToArray();
        var others = Page.Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains("`QCLUSTER_", StringComparison.Ordinal) && !known.Contains(line.Split('`')[1]));
        Assert.That(others, Is.Empty);
    }

    private static string[] Read([CallerFilePath] string path = "") => File.ReadAllLines(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", "settings.md"));

    private static IEnumerable<string> LinesOf(string section) => Page.SkipWhile(line => line != section).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
}
