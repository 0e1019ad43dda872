namespace QCluster.Client.Settings;

/// <summary>A setting that may be given several times.</summary>
internal sealed class ListSetting<TOptions>(string name, Func<TOptions, IList<string>> get) : ISetting<TOptions>
{
    private const string None = "none";

    public string Name => name;

    public required string Property { get; init; }

    public required string Description { get; init; }

    public bool IsList => true;

    public bool IsSwitch => false;

    public SettingReach Reach { get; init; }

    /// <summary>Refuses the list of a cluster or client.</summary>
    public Action<TOptions>? Range { get; init; }

    public string? Default { get; init; }

    public Func<TOptions, string>? Shown { get; init; }

    public void Read(SettingsReader reader, TOptions options)
    {
        foreach (var text in reader.Texts(this))
            get(options).Add(text);
    }

    public void Check(TOptions options) => Range?.Invoke(options);

    public string Show(TOptions options, SettingsReader reader) => Shown?.Invoke(options) ?? Text(get(options));

    public string DefaultOf(TOptions unchanged) => Default ?? Text(get(unchanged));

    public void Copy(TOptions from, TOptions to)
    {
        foreach (var text in get(from))
            get(to).Add(text);
    }

    private static string Text(IList<string> values) => values.Count == 0 ? None : string.Join(", ", values);
}
