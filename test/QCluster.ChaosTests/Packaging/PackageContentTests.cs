using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace QCluster.ChaosTests.Packaging;

/// <summary>What is inside the packages.</summary>
[Category("Chaos")]
internal sealed class PackageContentTests
{
    private static readonly string[] All = [.. PackedSolution.Libraries, .. PackedSolution.Tools];

    [Test]
    public void Packing_gives_these_packages_and_no_warning()
    {
        Assert.That(PackedSolution.Output, Does.Not.Contain("warn").IgnoreCase);
        Assert.That(Names("*.nupkg"), Is.EquivalentTo(All));
        Assert.That(Names("*.snupkg"), Is.EquivalentTo(All));
    }

    [TestCaseSource(nameof(All))]
    public void Package_has_readme_licence_icon_and_a_description(string name)
    {
        using var package = Open(name, "nupkg");
        var metadata = Nuspec(package, name);
        Assert.Multiple(() =>
        {
            Assert.That(Text(package, Value(metadata, "readme")), Does.StartWith("# "));
            Assert.That(Value(metadata, "license"), Is.EqualTo("MIT"));
            Assert.That(package.GetEntry(Value(metadata, "icon")), Is.Not.Null);
            Assert.That(Value(metadata, "description"), Has.Length.GreaterThan(20));
            Assert.That(Value(metadata, "tags"), Does.Contain("redis"));
        });
    }

    [Test]
    public void Packages_have_descriptions_of_their_own() =>
        Assert.That(All.Select(name => { using var package = Open(name, "nupkg"); return Value(Nuspec(package, name), "description"); }), Is.Unique);

    [TestCaseSource(typeof(PackedSolution), nameof(PackedSolution.Libraries))]
    public void Library_comes_with_xml_documentation(string name)
    {
        using var package = Open(name, "nupkg");
        var documentation = XDocument.Parse(Text(package, $"lib/net10.0/{name}.xml"));
        Assert.That(documentation.Descendants("member"), Is.Not.Empty);
    }

    [Test]
    public void Client_library_contains_generator_and_analyzers()
    {
        using var package = Open("QCluster", "nupkg");
        Assert.That(package.GetEntry("analyzers/dotnet/cs/QCluster.Analyzers.dll"), Is.Not.Null);
    }

    [TestCaseSource(nameof(All))]
    public void Symbols_belong_to_the_assembly(string name)
    {
        var folder = PackedSolution.Libraries.Contains(name) ? "lib/net10.0" : "tools/net10.0/any";
        using var package = Open(name, "nupkg");
        using var assembly = new PEReader(Copy(package, $"{folder}/{name}.dll"));
        var expected = assembly.ReadCodeViewDebugDirectoryData(assembly.ReadDebugDirectory().Single(e => e.Type == DebugDirectoryEntryType.CodeView)).Guid;

        using var symbolPackage = Open(name, "snupkg");
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(Copy(symbolPackage, $"{folder}/{name}.pdb"));
        Assert.That(new BlobContentId(symbols.GetMetadataReader().DebugMetadataHeader!.Id).Guid, Is.EqualTo(expected));
    }

    [Test]
    public void Tool_with_the_embedded_server_stays_under_30_MB() =>
        Assert.That(new FileInfo(Path.Combine(PackedSolution.Folder, $"QCluster.Tool.{PackedSolution.Version}.nupkg")).Length, Is.LessThan(30_000_000));

    private static IEnumerable<string> Names(string pattern) =>
        Directory.GetFiles(PackedSolution.Folder, pattern).Select(p => Path.GetFileNameWithoutExtension(p).Split("." + PackedSolution.Version)[0]);

    private static ZipArchive Open(string name, string kind) => ZipFile.OpenRead(Path.Combine(PackedSolution.Folder, $"{name}.{PackedSolution.Version}.{kind}"));

    private static XElement Nuspec(ZipArchive package, string name) => XDocument.Parse(Text(package, name + ".nuspec")).Root!.Elements().Single(e => e.Name.LocalName == "metadata");

    private static string Value(XElement metadata, string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;

    private static string Text(ZipArchive package, string path)
    {
        using var reader = new StreamReader(Copy(package, path));
        return reader.ReadToEnd();
    }

    private static MemoryStream Copy(ZipArchive package, string path)
    {
        using var entry = (package.GetEntry(path) ?? throw new AssertionException($"{path} is not in the package.")).Open();
        var copy = new MemoryStream();
        entry.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
