using System.Globalization;

namespace QCluster.Client.Settings;

/// <summary>The kinds of values that settings have.</summary>
internal static class SettingKinds
{
    private const string None = "none";

    private static readonly (string Suffix, TimeSpan Unit)[] Units =
        [("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1))];

    public static SettingKind<string?> Text { get; } = Alike<string?>(static (_, text) => text, static text => text ?? None);

    public static SettingKind<int> Number { get; } = Alike(
        static (name, text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(name, text, "write a whole number"), Plain);

    public static SettingKind<long> LongNumber { get; } = Alike(
        static (name, text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(name, text, "write a whole number"), Plain);

    public static SettingKind<double> Fraction { get; } = Alike(
        static (name, text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(name, text, "write a number such as 0.1"), Plain);

    public static SettingKind<long> Bytes { get; } = Alike(ParseBytes, Plain);

    public static SettingKind<bool> Switch { get; } = Alike(ParseSwitch, static isOn => isOn ? "on" : "off");

    public static SettingKind<TimeSpan> Duration { get; } = new(
        static (name, text) => Durations.TryParse(text, out var duration) ? duration : throw Bad(name, text, "write a duration such as 500ms, 2s, 5m or 1h"),
        WriteDuration,
        static duration => duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s");

    /// <summary>The same, or null, with a word for it.</summary>
    public static SettingKind<T?> Optional<T>(SettingKind<T> kind, string word = None)
        where T : struct
        => new(
            (name, text) => text.Length == 0 || string.Equals(text, word, StringComparison.OrdinalIgnoreCase) ? null : kind.Parse(name, text),
            value => value is { } given ? kind.Write(given) : word,
            value => value is { } given ? kind.Show(given) : word);

    /// <summary>The same, with words for special values, which are read and shown.</summary>
    public static SettingKind<T> Named<T>(SettingKind<T> kind, params (string Word, T Value)[] words)
        where T : struct
    {
        return Alike(Parse, value => WordFor(value) ?? kind.Write(value)) with { Show = value => WordFor(value) ?? kind.Show(value) };

        T Parse(string name, string text)
        {
            foreach (var (word, value) in words)
            {
                if (string.Equals(text, word, StringComparison.OrdinalIgnoreCase))
                    return value;
            }

            return kind.Parse(name, text);
        }

        string? WordFor(T value) => Array.Find(words, one => one.Value.Equals(value)).Word;
    }

    /// <summary>The same, with <c>none</c> for 0, which means no limit.</summary>
    public static SettingKind<T> Unlimited<T>(SettingKind<T> kind)
        where T : struct
        => Named(kind, (None, default));

    public static SettingKind<T> Alike<T>(Func<string, string, T> parse, Func<T, string> write) => new(parse, write, write);

    private static string Plain<T>(T value)
        where T : IFormattable
        => value.ToString(null, CultureInfo.InvariantCulture);

    private static string WriteDuration(TimeSpan duration)
    {
        var (suffix, unit) = Units.FirstOrDefault(u => duration.Ticks % u.Unit.Ticks == 0 && duration >= u.Unit, Units[3]);
        return (duration / unit).ToString(CultureInfo.InvariantCulture) + suffix;
    }

    private static bool ParseSwitch(string name, string text) => text.ToLowerInvariant() switch
    {
        "1" or "true" or "on" or "yes" => true,
        "0" or "false" or "off" or "no" => false,
        var other => throw Bad(name, other, "write on or off"),
    };

    private static long ParseBytes(string name, string text)
    {
        var (digits, factor) = text.Length == 0 ? (text, 1L) : char.ToUpperInvariant(text[^1]) switch
        {
            'K' => (text[..^1], 1L << 10),
            'M' => (text[..^1], 1L << 20),
            'G' => (text[..^1], 1L << 30),
            _ => (text, 1L),
        };
        // A number that no memory has would pass the largest one and come out below zero.
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / factor
            ? number * factor
            : throw Bad(name, text, "write a number of bytes, or one with K, M or G");
    }

    private static InvalidSettingException Bad(string name, string text, string expected) => new(name, text, expected);
}
