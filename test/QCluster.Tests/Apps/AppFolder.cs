using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace QCluster.Tests.Apps;

/// <summary>Assemblies compiled for one test, each in a folder of its own as after a publish.</summary>
internal sealed class AppFolder : IDisposable
{
    private static readonly MetadataReference[] Platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("qcluster-apps-").FullName;

    /// <summary>Compiles a library into the folder of an app and returns its path.</summary>
    public string Compile(string folder, string assembly, string source, params string[] references)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, folder)).FullName, assembly + ".dll");
        var result = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(source)],
            [.. Platform, .. references.Select(r => MetadataReference.CreateFromFile(r))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(path);
        Assert.That(result.Success, Is.True, string.Join("\n", result.Diagnostics));
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_root, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // Some systems keep loaded assemblies locked; the folder is a temporary one.
        }
    }
}
