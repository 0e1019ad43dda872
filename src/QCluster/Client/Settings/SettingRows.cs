using System.Runtime.CompilerServices;

namespace QCluster.Client.Settings;

/// <summary>Makes the rows of a table; the first lambda of a setting gives its property.</summary>
/// <typeparam name="TOptions">The options that hold their values.</typeparam>
internal static class SettingRows<TOptions>
{
    public static ISetting<TOptions> Text(
        string name,
        Func<TOptions, string?> get,
        Action<TOptions, string?> set,
        Action<string, string?>? check,
        string description,
        string? otherwise = null,
        SettingReach reach = SettingReach.All,
        Func<string, string>? shown = null,
        bool isFirstOfSeveral = false,
        [CallerArgumentExpression(nameof(get))] string property = "") =>
        new ValueSetting<TOptions, string?>(name, SettingKinds.Text, get, set)
        {
            Description = description,
            Property = Last(property),
            Range = check,
            Default = otherwise,
            Reach = reach,
            IsList = isFirstOfSeveral,
            Shown = shown is null ? null : text => text is null ? SettingKinds.Text.Show(text) : shown(text),
        };

    public static ISetting<TOptions> Texts(
        string name,
        Func<TOptions, IList<string>> get,
        Action<TOptions>? check,
        string description,
        string? otherwise = null,
        SettingReach reach = SettingReach.All,
        Func<TOptions, string>? shown = null,
        [CallerArgumentExpression(nameof(get))] string property = "") =>
        new ListSetting<TOptions>(name, get) { Description = description, Property = Last(property), Range = check, Default = otherwise, Reach = reach, Shown = shown };

    public static ISetting<TOptions> Switch(
        string name, Func<TOptions, bool> get, Action<TOptions, bool> set, string description, [CallerArgumentExpression(nameof(get))] string property = "") =>
        new ValueSetting<TOptions, bool>(name, SettingKinds.Switch, get, set) { Description = description, Property = Last(property), IsSwitch = true };

    public static ISetting<TOptions> Value<T>(
        string name,
        SettingKind<T> kind,
        Func<TOptions, T> get,
        Action<TOptions, T> set,
        T least,
        T most,
        string description,
        string? otherwise = null,
        [CallerArgumentExpression(nameof(get))] string property = "")
        where T : IComparable<T>
        => Value(name, kind, get, set, (setting, value) => Check(setting, value, least, most), description, otherwise, property);

    public static ISetting<TOptions> Optional<T>(
        string name,
        SettingKind<T> kind,
        Func<TOptions, T?> get,
        Action<TOptions, T?> set,
        T least,
        T most,
        string description,
        string word = "none",
        [CallerArgumentExpression(nameof(get))] string property = "")
        where T : struct, IComparable<T>
        => Value(name, SettingKinds.Optional(kind, word), get, set, (setting, value) => Check(setting, value ?? least, least, most), description, null, property);

    /// <summary>A setting whose values are no range.</summary>
    public static ISetting<TOptions> Value<T>(
        string name,
        SettingKind<T> kind,
        Func<TOptions, T> get,
        Action<TOptions, T> set,
        Action<string, T> check,
        string description,
        string? otherwise = null,
        [CallerArgumentExpression(nameof(get))] string property = "") =>
        new ValueSetting<TOptions, T>(name, kind, get, set) { Description = description, Property = Last(property), Range = check, Default = otherwise };

    private static void Check<T>(string setting, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new InvalidSettingException(setting, value, $"write a value from {least} to {most}");
    }

    private static string Last(string property) => property[(property.LastIndexOf('.') + 1)..];
}
