using System.Globalization;

namespace QCluster.Model.Faults;

/// <summary>
/// A fault as the environment names it: <c>POINT:ACTION[:after=N][:times=N][:folder=PATH]</c>, ACTION being <c>kill</c>,
/// <c>drop</c> (the connection) or <c>delay=MILLISECONDS</c>.
/// </summary>
/// <param name="Point">Where.</param>
/// <param name="Action">What.</param>
/// <param name="Delay">For how long, if that is what.</param>
/// <param name="After">How often a process passes the point unharmed before each fault.</param>
/// <param name="Times">How often it happens: in one process, or in all together if they share a folder.</param>
/// <param name="Folder">Where processes count together, since one that was killed no longer can.</param>
internal sealed record FaultSpecification(CrashPoint Point, FaultAction Action, TimeSpan Delay, int After, int Times, string? Folder)
{
    public const string Variable = "QCLUSTER_FAULT";

    private const string Form = "write POINT:ACTION[:after=N][:times=N][:folder=PATH] with a number of docs/failure-model.md and kill, drop or delay=MILLISECONDS, or leave it out";

    /// <exception cref="InvalidSettingException">It is not written so.</exception>
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
