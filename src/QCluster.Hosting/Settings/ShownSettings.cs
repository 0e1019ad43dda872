using QCluster.Client.Settings;

namespace QCluster.Hosting.Settings;

/// <summary>All settings of a cluster, without secrets.</summary>
internal static class ShownSettings
{
    public static IReadOnlyList<ShownSetting> Of(ClusterOptions options, SettingsReader reader) =>
    [
        .. ClusterSettings.All
            .Select(setting => new ShownSetting(setting.Name, setting.Show(options, reader), reader.SourceOf(setting.Name)))
            .OrderBy(shown => shown.Name, StringComparer.Ordinal),
    ];
}
