using System.Globalization;

namespace QCluster.Hosting.Children;

/// <summary>The environment by which a restarted program recognises that it is a child, and finds its sentinel.</summary>
internal sealed record ChildEnvironment(ChildRole Role, int Ordinal, string ControlSocket)
{
    public const string Variable = "QCLUSTER_CHILD";

    /// <summary>Null when this process is no child.</summary>
    public static ChildEnvironment? Current { get; } = Take();

    public string Compose() => string.Create(CultureInfo.InvariantCulture, $"{Role};{Ordinal};{ControlSocket}");

    /// <summary>Reads and removes it: a program that a task starts is not a child.</summary>
    private static ChildEnvironment? Take()
    {
        var parts = Environment.GetEnvironmentVariable(Variable)?.Split(';', 3);
        if (parts is not { Length: 3 } || !Enum.TryParse(parts[0], out ChildRole role) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal))
            return null;
        Environment.SetEnvironmentVariable(Variable, null);
        return new ChildEnvironment(role, ordinal, parts[2]);
    }
}
