using QCluster.Hosting;
using QCluster.Hosting.Settings;

namespace QCluster.Tests.Settings;

/// <summary>Which processors a worker is pinned to.</summary>
internal sealed class ProcessorsTests
{
    [TestCase(0, 1, "0")]
    [TestCase(3, 1, "3")]
    [TestCase(5, 1, "1")]
    [TestCase(0, 2, "0,1")]
    [TestCase(1, 2, "2,3")]
    [TestCase(2, 2, "0,1")]
    [TestCase(1, 3, "0,1,3")]
    [TestCase(7, 4, "0,1,2,3")]
    public void Workers_take_the_processors_in_turn(int ordinal, int count, string expected) =>
        Assert.That(string.Join(',', Processors.Of([0, 1, 2, 3], ordinal, count)), Is.EqualTo(expected));

    [Test]
    public void Only_processors_that_the_program_may_use_are_taken() =>
        Assert.That(Processors.Of([4, 9], 1, 1), Is.EqualTo(new[] { 9 }));

    [TestCase(0)]
    [TestCase(100_000)]
    public void Too_many_or_no_processors_are_refused_with_advice(int count) =>
        Assert.That(() => new ClusterOptions { CpuAffinity = count }.Validate(), Throws.TypeOf<InvalidSettingException>().With.Message.Contains($"'{count}'").And.Message.Contains("write a value from 1 to"));
}
