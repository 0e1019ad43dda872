using Microsoft.Extensions.Time.Testing;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Hosting;
using QCluster.Testing;
using QCluster.Tests.Analyzers;

namespace QCluster.Tests.Testing;

/// <summary>Keeps the examples of docs/testing.md such that they compile.</summary>
internal sealed partial class TestingDocumentTests
{
    /// <summary>As much of xunit as the examples use.</summary>
    private const string Xunit = """
        namespace Xunit
        {
            public sealed class FactAttribute : Attribute { }
            public interface IAsyncLifetime { Task InitializeAsync(); Task DisposeAsync(); }
            public static class Assert { public static void Equal<T>(T expected, T actual) { } }
        }
        """;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Block();

    private static string Page([CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", "testing.md"));

    [Test]
    public async Task The_examples_compile()
    {
        var blocks = Block().Matches(Page()).Select(m => m.Value["```csharp\n".Length..^3]).ToArray();
        Assert.That(blocks, Has.Length.EqualTo(4));
        // Each in a namespace of its own, as they stand in files of their own.
        var source = "global using System.Linq;\n" + blocks[0] + string.Concat(blocks.Skip(1).Select((block, i) => $"namespace Example{i}\n{{\n{block}\n}}\n")) + Xunit;
        await UserProject.CompileWithAsync(source, typeof(TestCluster), typeof(ClusterOptions), typeof(ServiceCollection), typeof(TestAttribute), typeof(FakeTimeProvider));
    }
}
