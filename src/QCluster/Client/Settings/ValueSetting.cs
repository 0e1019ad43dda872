namespace QCluster.Client.Settings;

/// <summary>A setting with one value.</summary>
internal sealed class ValueSetting<TOptions, T>(string name, SettingKind<T> kind, Func<TOptions, T> get, Action<TOptions, T> set) : ISetting<TOptions>
{
    public string Name => name;

    public required string Property { get; init; }

    public required string Description { get; init; }

    public bool IsList { get; init; }

    public bool IsSwitch { get; init; }

    public SettingReach Reach { get; init; }

    /// <summary>Refuses a value.</summary>
    public Action<string, T>? Range { get; init; }

    /// <summary>Words for a default that the value does not explain.</summary>
    public string? Default { get; init; }

    /// <summary>A form for display, if that of the kind would show too much.</summary>
    public Func<T, string>? Shown { get; init; }

    public void Read(SettingsReader reader, TOptions options)
    {
        if (reader.Texts(this) is [var text, ..])
            set(options, kind.Parse(name, text));
    }

    public void Check(TOptions options) => Range?.Invoke(name, get(options));

    public string Show(TOptions options, SettingsReader reader) => (Shown ?? kind.Show)(get(options));

    public string DefaultOf(TOptions unchanged) => Default ?? kind.Write(get(unchanged));

    public void Copy(TOptions from, TOptions to) => set(to, get(from));
}
