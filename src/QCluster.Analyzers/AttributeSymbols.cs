using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>Finds values in the attribute of a task function that the library would refuse: the rules are those of its <c>Durations</c>, <c>RateLimit</c> and <c>FunctionRules</c>.</summary>
internal static class AttributeSymbols
{
    private const int MaxNameLength = 256;
    private const double MaxSeconds = 3650.0 * 86400;
    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];
    private static readonly string[] Durations = ["Timeout", "TimeLimit", "RetryBackoff", "RetryBackoffMax"];

    public static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>Returns each invalid setting: its name, its value, and a valid one.</summary>
    public static IEnumerable<(string Setting, string Value, string Write)> Problems(AttributeData attribute)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            var value = argument.Value.Kind == TypedConstantKind.Array ? null : argument.Value.Value;
            switch (value)
            {
                case string text when Durations.Contains(argument.Key) && !IsDuration(text):
                    yield return (argument.Key, $"\"{text}\"", "a duration such as 500ms, 2s, 5m or 1h");
                    break;
                case string text when argument.Key == "RateLimit" && !IsRate(text):
                    yield return (argument.Key, $"\"{text}\"", "a number and a time, such as 100/s, 10/m, 1000/h or 3/10s");
                    break;
                case int number when argument.Key == "Priority" && number is < 0 or > 9:
                    yield return (argument.Key, number.ToString(CultureInfo.InvariantCulture), "0 to 9; a higher number is taken first");
                    break;
                case int number when argument.Key == "MaxAttempts" && number is < -1 or > ushort.MaxValue:
                    yield return (argument.Key, number.ToString(CultureInfo.InvariantCulture), "1 to 65535, 0 for any number, or leave it out");
                    break;
            }
        }
    }

    public static bool IsDuration(string text) => Seconds(text) is not null;

    public static bool IsRate(string text)
    {
        var slash = text.IndexOf('/');
        if (slash <= 0 || !int.TryParse(text.Substring(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
            return false;
        var unit = text.Substring(slash + 1).Trim();
        if (unit is "s" or "m" or "h" or "d")
            return true;
        return Seconds(unit) is >= 0.001 and <= 366 * 86400.0;
    }

    private static double? Seconds(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        text = text.Trim();
        var factor = 1.0;
        foreach (var (suffix, seconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && text.Length > suffix.Length && text[text.Length - suffix.Length - 1] is >= '0' and <= '9')
            {
                text = text.Substring(0, text.Length - suffix.Length);
                factor = seconds;
                break;
            }
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor <= MaxSeconds ? number * factor : null;
    }
}
