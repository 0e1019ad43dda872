using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>The same through the tool and through the sample program.</summary>
internal sealed class ToolApiTests : ApiFixture
{
    private Task<(int ExitCode, string Output, string Error)> ToolAsync(string input, params string[] arguments) => RunAsync(BuiltProgram.Tool, input, arguments);

    [Test]
    public async Task A_chain_from_stdin_prints_its_results()
    {
        var (code, output, error) = await ToolAsync("""[["math.copysign",[1,-1],{}],["math.floor",[1],{}]]""", "chain", "-", "--wait", "10s");
        Assert.That((code, output), Is.EqualTo((0, "[-1,1]")), error);
    }

    [Test]
    public async Task A_chain_takes_options_and_the_previous_value()
    {
        var (code, output, error) = await ToolAsync("""[["math.add",[1,2]],["math.add",[{"$previous":true}],{"b":10},{"queue":"mail"}]]""", "chain", "-", "--wait", "10s", "--cached", "1m");
        Assert.That((code, output), Is.EqualTo((0, "[3,13]")), error);
    }

    [TestCase("[1]", "Step 1")]
    [TestCase("{}", "not a JSON array")]
    [TestCase("[[\"f\",[],{},{\"nonsense\":1}]]", "nonsense")]
    [TestCase("not json", "not JSON")]
    public async Task An_invalid_chain_is_refused(string text, string complaint)
    {
        var (code, _, error) = await ToolAsync(text, "chain", "-");
        Assert.That(code, Is.EqualTo(64));
        Assert.That(error, Does.Contain(complaint));
    }

    [Test]
    public async Task An_iteration_over_lines_prints_one_list()
    {
        var (code, output, error) = await ToolAsync("[1,2]\n[3,4]\n\n[5,6]\n", "iter", "math.add", "--wait", "10s");
        Assert.That((code, output), Is.EqualTo((0, "[3,7,11]")), error);
    }

    [Test]
    public async Task Verbs_work_on_groups_names_failures_and_retries()
    {
        var group = Unique("group");
        await ToolAsync("", "async", "math.add", "1", "2", "--group", group, "--task-name", group);
        Assert.That((await ToolAsync("", "result", group, "--wait", "10s")).Output, Is.EqualTo("3"));
        await ToolAsync("", "async", "demo.fail", "no", "--group", group);
        var (code, output, error) = await ToolAsync("", "group", group, "--wait", "10s", "--count", "2");
        Assert.That((code, output), Is.EqualTo((1, "[3]")), (await ToolAsync("", "group", group, "--json")).Output + error);
        Assert.That(error, Does.Contain("(Exception): System.InvalidOperationException: no"));
        var failures = await ToolAsync("", "failures", "--group", group, "--json");
        Assert.That(failures.Output, Does.Contain("\"message\":\"no\""));
        Assert.That((await ToolAsync("", "successes", "--group", group, "--count")).Output, Is.EqualTo("1"));
        Assert.That((await ToolAsync("", "retry", group, "--wait", "10s")).Output, Is.EqualTo("3"));
        Assert.That((await ToolAsync("", "group", group, "--number")).Output, Is.EqualTo("3"));
        Assert.That((await ToolAsync("", "group", group, "--delete", "--tasks")).Output, Is.EqualTo("3"));
        Assert.That((await ToolAsync("", "group", group)).ExitCode, Is.EqualTo(2));
        Assert.That((await ToolAsync("", "retry", Guid.NewGuid().ToString("N"))).ExitCode, Is.EqualTo(3));
    }

    [Test]
    public async Task Documented_examples_work()
    {
        var (code, output, error) = await RunAsync(BuiltProgram.SampleTasks, "", []);
        Assert.That(code, Is.Zero, error);
        Assert.That(output.Split('\n'), Is.EqualTo(new[]
        {
            "task: -2",
            "record: {\"Func\":\"math.modf\",\"Args\":[2.5],\"Result\":[0.5,2],\"Success\":true,\"Ran\":true}",
            "chain: [-1,1]",
            "Chain: [-1,1]",
            "length: \"(2, 2)\"",
            "previous: [3,42]",
            "iter: [100,101,102,103,104]",
        }));
        await Eventually.IsTrue(() => Cluster.Output.Contains("[0.5,2]", StringComparison.Ordinal));
    }
}
