using System.Globalization;

namespace QCluster.Model.Faults;

/// <summary>
/// A fault in the form of the environment: <c>POINT:ACTION[:after=N][:times=N][:folder=PATH]</c>, with ACTION <c>kill</c>,
/// <c>drop</c> (the connection) or <c>delay=MILLISECONDS</c>.
/// </summary>
/// <param name="Point">The crash point.</param>
/// <param name="Action">The action.</param>
/// <param name="Delay">The duration of a delay.</param>
/// <param name="After">The number of passes without a fault before each fault.</param>
/// <param name="Times">The number of faults: in one process, or in all together if they share a folder.</param>
/// <param name="Folder">The folder in which processes count together, since a killed one cannot count.</param>
internal sealed record FaultSpecification(CrashPoint Point, FaultAction Action, TimeSpan Delay, int After, int Times, string? Folder)
{
    public const string Variable = "QCLUSTER_FAULT";

    private const string Form = "write POINT:ACTION[:after=N][:times=N][:folder=PATH] with a number of docs/failure-model.md and kill, drop or delay=MILLISECONDS, or leave it out";

    /// <exception cref="InvalidSettingException">The text does not have the right form.</exception>
    public static FaultSpecification Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length < 2 || !Enum.TryParse(parts[0], out CrashPoint point) || !Enum.IsDefined(point))
            throw Bad(text);
        var (action, amount) = Pair(parts[1]);
        var specification = new FaultSpecification(
            point,
            action switch { "kill" => FaultAction.Kill, "drop" => FaultAction.Drop, "delay" => FaultAction.Delay, _ => throw Bad(text) },
            action == "delay" ? TimeSpan.FromMilliseconds(Number(amount, text)) : default,
            After: 0,
            Times: 1,
            Folder: null);
        foreach (var part in parts[2..])
        {
            var (name, value) = Pair(part);
            specification = name switch
            {
                "after" => specification with { After = Number(value, text) },
                "times" => specification with { Times = Number(value, text) },
                "folder" when value.Length > 0 => specification with { Folder = value },
                _ => throw Bad(text),
            };
        }

        return specification;
    }

    private static (string Name, string Value) Pair(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (part, "") : (part[..at], part[(at + 1)..]);
    }

    private static int Number(string text, string whole) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(whole);

    private static InvalidSettingException Bad(string text) => new("fault", text, Form);
}
