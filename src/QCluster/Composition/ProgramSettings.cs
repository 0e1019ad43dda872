using Microsoft.Extensions.Configuration;
using QCluster.Client.Settings;

namespace QCluster.Composition;

/// <summary>The environment, then the program's configuration.</summary>
internal sealed class ProgramSettings(IConfiguration? configuration = null) : IClientSettings
{
    public void Apply(QClusterOptions options) => new SettingsReader(configuration).Apply(options);
}
