using System.Globalization;

namespace QCluster.Hosting.Roles;

/// <summary>How a re-executed program learns that it is a child, and of whom.</summary>
internal static class ChildEnvironment
{
    private const string Variable = "QCLUSTER_CHILD";

    public static string Compose(ChildRole role, int ordinal, string controlSocket) =>
        string.Create(CultureInfo.InvariantCulture, $"{role};{ordinal};{controlSocket}");

    public static string VariableName => Variable;

    public static bool TryGet(out ChildRole role, out int ordinal, out string controlSocket)
    {
        role = default;
        ordinal = 0;
        controlSocket = "";
        var parts = Environment.GetEnvironmentVariable(Variable)?.Split(';', 3);
        if (parts is not { Length: 3 } || !Enum.TryParse(parts[0], out role) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ordinal))
            return false;
        controlSocket = parts[2];
        return true;
    }
}
