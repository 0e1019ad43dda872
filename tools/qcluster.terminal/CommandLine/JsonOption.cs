using System.CommandLine;

namespace QCluster.Terminal.CommandLine;

/// <summary>The option <c>--json</c> of verbs that read.</summary>
internal static class JsonOption
{
    public static Option<bool> Object() => Of("As one JSON object.");

    public static Option<bool> Lines() => Of("One JSON object per line.");

    public static Option<bool> Array() => Of("As a JSON array.");

    public static Option<bool> Of(string description) => new("--json") { Description = description };
}
