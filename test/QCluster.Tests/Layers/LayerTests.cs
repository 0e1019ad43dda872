namespace QCluster.Tests.Layers;

/// <summary>A folder of a library uses those above it in these lists, never those below. There is no exception.</summary>
public sealed class LayerTests
{
    private static readonly Layering Library = new(
        typeof(IQClusterClient).Assembly,
        "src/QCluster",
        [["Model"], ["Wire"], ["Redis"], ["Queue"], ["Execution"], ["Client"], ["BackgroundTasks", "TaskClasses"], ["Composition"]]);

    private static readonly Layering Cluster = new(
        typeof(QCluster.Hosting.ClusterOptions).Assembly,
        "src/QCluster.Hosting",
        [["Channels", "Gateway", "Settings", "Threading"], ["Logging"], ["Children"], ["Apps", "Monitor", "Pusher", "Sentinel", "Worker"], ["Composition"]]);

    private static IEnumerable<TestCaseData> Folders() =>
        new[] { Library, Cluster }.SelectMany(l => l.Folders.Select(f => new TestCaseData(l, f).SetArgDisplayNames($"{l.Root}/{f}")));

    [TestCaseSource(nameof(Folders))]
    public void Folder_uses_no_folder_beside_or_above_it(Layering layering, string folder)
    {
        var forbidden = layering.TypesNotBelow(folder);
        var result = layering.In(folder).ShouldNot().HaveDependencyOnAny(forbidden).GetResult();
        Assert.That(result.FailingTypeNames ?? [], Is.Empty, $"Types of {layering.Root}/{folder} use types of {string.Join(", ", layering.NotBelow(folder))}.");
    }

    [Test]
    public void Every_folder_has_its_place_in_the_list()
    {
        Assert.Multiple(static () =>
        {
            foreach (var layering in new[] { Library, Cluster })
                Assert.That(layering.FoldersOfSources(), Is.EquivalentTo(layering.Folders), layering.Root);
        });
    }

    [Test]
    public void Upward_use_is_noticed()
    {
        var upward = Library.In("Client").ShouldNot().HaveDependencyOnAny(Library.TypesIn("Wire")).GetResult();
        Assert.That(upward.IsSuccessful, Is.False, "The client uses the wire format, so a rule against that must fail.");
    }

    [TestCase("src/QCluster", "QCluster")]
    [TestCase("src/QCluster.Hosting", "QCluster.Hosting")]
    public void Namespace_of_internal_types_is_their_folder(string root, string space)
    {
        var wrong = SourceTypes.Under(root)
            .Where(t => !t.IsPublic && t.Namespace != $"{space}.{t.Folder.Replace('/', '.')}" && !t.Namespace.StartsWith("Microsoft.", StringComparison.Ordinal))
            .Select(t => $"{t.Namespace}.{t.Name} in {t.Folder}");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Public_types_are_in_the_three_namespaces_of_users()
    {
        var wrong = SourceTypes.Under("src/QCluster")
            .Where(t => t.IsPublic && t.Namespace is not ("QCluster" or "QCluster.TaskClasses" or "QCluster.BackgroundTasks" or "Microsoft.Extensions.DependencyInjection"))
            .Select(t => $"{t.Namespace}.{t.Name}");
        Assert.That(wrong, Is.Empty);
    }
}
