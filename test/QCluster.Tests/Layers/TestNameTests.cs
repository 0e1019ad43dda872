using System.Runtime.CompilerServices;

namespace QCluster.Tests.Layers;

/// <summary>The names of the tests of all projects keep the rules of CONTRIBUTING.md.</summary>
public sealed class TestNameTests
{
    [Test]
    public void Every_name_is_short_and_has_a_subject_of_its_own()
    {
        var names = Directory.EnumerateFiles(Folder(), "*.cs", SearchOption.AllDirectories).SelectMany(f => TestNames.In(File.ReadAllText(f))).ToArray();
        Assert.That(names, Has.Length.GreaterThan(500), "there is something to look at");
        Assert.That(names.Where(name => TestNames.ProblemOf(name) is not null).Select(name => $"{name}: {TestNames.ProblemOf(name)}"), Is.Empty);
    }

    [TestCase("[Test] public void It_works() { }")]
    [TestCase("[TestCase(1)] public async Task Its_calls_are_repeated(int n) { }")]
    [TestCase("[TestCaseSource(nameof(Names))] public void What_is_sent_arrives(string name) { }")]
    [TestCase("[Theory, InlineData(1)] public void Of_many_tasks_one_runs(int n) { }")]
    [TestCase("[Fact] public void Failure() { }")]
    [TestCase("[Test] public void A_name_of_seventy_one_characters_is_refused_and_this_one_has_them_all_a() { }")]
    public void Name_against_the_rules_is_found(string method) => Assert.That(TestNames.In($"class C {{ {method} }}").Select(TestNames.ProblemOf), Is.All.Not.Null.And.Exactly(1).Items);

    [TestCase("[Test] public void Iteration_ends() { }")]
    [TestCase("[Test] public void A_name_of_seventy_characters_is_accepted_and_this_one_has_them_all_aaa() { }")]
    public void Name_within_the_rules_is_accepted(string method) => Assert.That(TestNames.In($"class C {{ {method} }}").Select(TestNames.ProblemOf), Is.All.Null.And.Exactly(1).Items);

    [Test]
    public void Method_without_a_test_attribute_is_no_test() => Assert.That(TestNames.In("class C { [SetUp] public void It() { } void What() { } }"), Is.Empty);

    private static string Folder([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../.."));
}
