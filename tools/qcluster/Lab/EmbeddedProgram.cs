using QCluster.Launching.Servers;

namespace QCluster.Tool.Lab;

/// <summary>This tool, started again as an embedded server.</summary>
internal static class EmbeddedProgram
{
    public static ServerProgram OfThisTool()
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown, so it cannot be started again.");
        return string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.OrdinalIgnoreCase)
            ? ServerProgram.Embedded(program, Environment.GetCommandLineArgs()[0])
            : ServerProgram.Embedded(program);
    }
}
