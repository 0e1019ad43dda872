namespace QCluster.Client.Settings;

/// <summary>A setting of the programs <c>qcluster</c> and <c>qmonitor</c>, which no options hold.</summary>
internal sealed class ProgramSetting(string name) : ISetting<QClusterOptions>
{
    public string Name => name;

    public string? Property => null;

    public required string Description { get; init; }

    public bool IsList => false;

    public bool IsSwitch => false;

    public SettingReach Reach => SettingReach.All;

    public required string Default { get; init; }

    public Func<string, string>? Shown { get; init; }

    public void Read(SettingsReader reader, QClusterOptions options)
    {
        // The program reads it when it needs it.
    }

    public void Check(QClusterOptions options)
    {
        // The same.
    }

    public string Show(QClusterOptions options, SettingsReader reader) => reader.Text(name) is { } text ? Shown?.Invoke(text) ?? text : Default;

    public string DefaultOf(QClusterOptions unchanged) => Default;

    public void Copy(QClusterOptions from, QClusterOptions to)
    {
        // They hold nothing of it.
    }
}
