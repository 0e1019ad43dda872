using System.Diagnostics;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>What the tool makes of what is typed, and of what comes slowly.</summary>
internal sealed class ToolInputTests : ClusterFixture
{
    [TestCase("asnyc", "'async'")]
    [TestCase("sucesses", "'successes'")]
    [TestCase("dead lsit", "'list'")]
    [TestCase("async f --wiat 1s", "'--wait'")]
    [TestCase("asnyc math.add 1 2 --wait 1s", "'async'")]
    public async Task A_typo_gets_a_suggestion_without_the_whole_help(string line, string meant)
    {
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, line.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That((code, output), Is.EqualTo((64, "")));
            Assert.That(error, Does.Contain($"Did you mean {meant}").And.Contain("--help").And.Not.Contain("-h'"));
            Assert.That(error.Trim().Split('\n'), Has.Length.LessThanOrEqualTo(3), error);
        });
    }

    [Test]
    public async Task All_after_two_dashes_are_arguments_and_negative_numbers_anywhere()
    {
        var (code, id, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async", "demo.echo", "-2", "--", "--wiat", "-x");
        Assert.That(code, Is.Zero, error);
        Assert.That((await Client.Fetch(id))!.Args, Is.EqualTo(new object?[] { -2, "--wiat", "-x" }));
        var number = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async", "math.copysign", "2", "-2");
        Assert.That(number.ExitCode, Is.Zero, number.Error);
    }

    [Test]
    public async Task Help_is_shown_on_request_and_missing_arguments_are_named()
    {
        var help = await BuiltProgram.RunToolAsync(Redis.Endpoint, "--help");
        Assert.That((help.ExitCode, help.Output.Contains("torture", StringComparison.Ordinal)), Is.EqualTo((0, true)));
        var missing = await BuiltProgram.RunToolAsync(Redis.Endpoint, "async");
        Assert.That((missing.ExitCode, missing.Output), Is.EqualTo((64, "")));
        Assert.That(missing.Error, Does.Contain("async").And.Not.Contain("--retry-backoff"));
    }

    [TestCase("qcluster asy", "async")]
    [TestCase("qcluster async f --pri", "--priority")]
    [TestCase("qcluster dead ", "list")]
    public async Task Tab_completes_verbs_and_options(string line, string expected)
    {
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "complete", $"{line.Length}", line);
        Assert.That((code, output.Split('\n')), Is.EqualTo((0, output.Split('\n'))), error);
        Assert.That(output.Split('\n'), Does.Contain(expected));
    }

    [TestCase("bash", "complete -o default -F _qcluster qcluster")]
    [TestCase("zsh", "#compdef qcluster")]
    [TestCase("fish", "complete -c qcluster")]
    [TestCase("pwsh", "Register-ArgumentCompleter")]
    public async Task Each_shell_has_a_completion_script(string shell, string line)
    {
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "completion", shell);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain(line));
    }

    [Test]
    public async Task Bash_completes_a_verb()
    {
        const string script = """
            export PATH="$(dirname "$1"):$PATH"; eval "$("$1" completion bash)"
            COMP_LINE='qcluster heal'; COMP_POINT=13; COMP_WORDS=(qcluster heal); COMP_CWORD=1
            _qcluster; echo "${COMPREPLY[@]}"
            """;
        var (code, output, error) = await BuiltProgram.RunAsync("bash", Redis.Endpoint, "", "-c", script, "bash", BuiltProgram.Tool);
        Assert.That((code, output), Is.EqualTo((0, "health")), error);
    }

    [Test]
    public async Task Lines_of_a_slow_pipe_are_sent_before_it_ends()
    {
        var start = new ProcessStartInfo(BuiltProgram.Tool, ["async", "demo.echo", "--each"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["QCLUSTER_REDIS"] = Redis.Endpoint;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("[1]\n[2]\n");
        await process.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var ids = new[] { await process.StandardOutput.ReadLineAsync(limit.Token), await process.StandardOutput.ReadLineAsync(limit.Token) };
        Assert.That(await Client.QueueSize(), Is.EqualTo(2), "while the pipe is open");
        await process.StandardInput.WriteAsync("[3]");
        process.StandardInput.Close();
        Assert.That(await process.StandardOutput.ReadLineAsync(limit.Token), Is.Not.Null.And.Not.AnyOf(ids));
        await process.WaitForExitAsync(limit.Token);
        Assert.That((process.ExitCode, await Client.QueueSize()), Is.EqualTo((0, 3)));
    }

    [TestCase("info")]
    [TestCase("Information")]
    [TestCase("warn")]
    public async Task Log_levels_are_those_that_the_log_prints_and_those_of_dotnet(string level)
    {
        var (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "start", "--run-once", "--log-level", level, "--app", BuiltProgram.Demo);
        Assert.That(code, Is.Zero, error);
        Assert.That(error.Contains(" info ", StringComparison.Ordinal), Is.EqualTo(level != "warn"), error);
    }

    [Test]
    public async Task An_unknown_log_level_is_refused_with_the_valid_ones()
    {
        var (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, new Dictionary<string, string>(StringComparer.Ordinal) { ["QCLUSTER_LOG_LEVEL"] = "loud" }, "start", "--run-once");
        Assert.That(code, Is.EqualTo(64), error);
        Assert.That(error, Does.Contain("loud").And.Contain("trace, debug, info"));
    }
}
