namespace QCluster.Tests.Analyzers;

/// <summary>The rules from QC007 on: each says what is wrong, and says nothing of what is right.</summary>
public sealed class TaskRulesTests
{
    [TestCase("Stream", "System.IO.Stream")]
    [TestCase("IAsyncEnumerable<int>", "one day")]
    [TestCase("Task<IAsyncEnumerable<int>>", "one day")]
    [TestCase("Task<Stream>", "one process only")]
    [TestCase("ValueTask<System.Collections.ObjectModel.ReadOnlyCollection<int>>", "filled")]
    [TestCase("Func<int>", "code")]
    public async Task A_result_that_cannot_travel_is_reported(string type, string reason) =>
        await SaysAsync("QC007", $"public static class F {{ [TaskFunction(\"f\")] public static {type} Run() => default!; }}", reason);

    [TestCase("[TaskFunction(\"\")]", "''")]
    [TestCase("[BackgroundTask(\"a b\")]", "'a b'")]
    [TestCase("[BackgroundTask(\"a\", Callback = \"\")]", "''")]
    public async Task An_empty_name_or_one_with_blanks_is_reported(string attribute, string name) =>
        await SaysAsync("QC010", $"public static partial class F {{ {attribute} public static void Run() {{ }} }}", name);

    [TestCase("Tasks.Async(\"\")")]
    [TestCase("Tasks.Async(\"\", 1)")]
    [TestCase("Tasks.DelayTask(\" \")")]
    [TestCase("new TaskCall(\"\", 1)")]
    [TestCase("new TaskCall(\"\")")]
    [TestCase("new ChainStep(\"\", 1)")]
    [TestCase("new Chain().Append(\"\")")]
    [TestCase("Tasks.AsyncIter(\"\", new object[0])")]
    [TestCase("new TaskOptions { Hook = \"\" }")]
    [TestCase("new Schedule(\"name\", Recurrence.Hourly, \"\")")]
    public async Task A_call_without_a_name_is_reported(string call) => await SaysAsync("QC010", $"public static class F {{ public static object Go() => {call}; }}", "1 to 256");

    [TestCase("Timeout = \"abc\"", "Timeout = \"abc\"", "500ms")]
    [TestCase("TimeLimit = \"5 parsecs\"", "TimeLimit", "2s")]
    [TestCase("RetryBackoff = \"\"", "RetryBackoff", "2s")]
    [TestCase("RetryBackoffMax = \"-1s\"", "RetryBackoffMax", "2s")]
    [TestCase("RateLimit = \"fast\"", "RateLimit", "100/s")]
    [TestCase("RateLimit = \"0/s\"", "RateLimit", "100/s")]
    [TestCase("MaxAttempts = -2", "MaxAttempts = -2", "65535")]
    [TestCase("Priority = 10", "Priority = 10", "0 to 9")]
    public async Task An_invalid_setting_is_reported(string setting, string value, string remedy) =>
        await SaysAsync("QC011", $"public static partial class F {{ [BackgroundTask(\"f\", {setting})] public static void Run(CancellationToken token) {{ }} }}", value, remedy);

    [TestCase("500ms")]
    [TestCase("2S")]
    [TestCase(" 1.5h ")]
    [TestCase("1d")]
    [TestCase("7")]
    [TestCase("abc")]
    [TestCase("")]
    [TestCase("-1s")]
    [TestCase("1e3")]
    [TestCase("ms")]
    [TestCase("4000d")]
    [TestCase("1 s")]
    public void Analyzer_and_library_agree_on_durations(string text) => Assert.That(QCluster.Analyzers.AttributeSymbols.IsDuration(text), Is.EqualTo(Durations.TryParse(text, out _)));

    [TestCase("100/s")]
    [TestCase("3/10s")]
    [TestCase("1/500ms")]
    [TestCase("0/s")]
    [TestCase("-1/s")]
    [TestCase("5/")]
    [TestCase("/s")]
    [TestCase("5/400d")]
    [TestCase("5/w")]
    [TestCase("5/S")]
    public void Analyzer_and_library_agree_on_rates(string text)
    {
        var isRate = true;
        try
        {
            RateLimit.Parse(text);
        }
        catch (ArgumentException)
        {
            isRate = false;
        }

        Assert.That(QCluster.Analyzers.AttributeSymbols.IsRate(text), Is.EqualTo(isRate));
    }

    [TestCase("[BackgroundTask(\"video.encode\", Callback = \"video.publish\")]", "")]
    [TestCase("[BackgroundTask(\"video.encode\")]", "public static object Go() => new TaskOptions { Hook = \"video.publish\" };")]
    public async Task A_callback_without_a_function_of_that_name_is_reported(string attribute, string more) =>
        await SaysAsync("QC012", $"public static partial class F {{ {attribute} public static int Run() => 1; {more} }}", "'video.publish'", "'video.'");

    [TestCase("Tasks.Async(() => F.Plain(1))", "FunctionRegistry.Add")]
    [TestCase("Tasks.Async(() => F.PlainAsync(1))", "FunctionRegistry.Add")]
    [TestCase("client.AsyncOn<ISvc>(s => s.Send(1))", "implements ISvc")]
    [TestCase("client.AsyncOn<Svc>(s => s.Other(1))", "FunctionRegistry.Add")]
    [TestCase("client.AsyncOn((Svc s) => s.OtherAsync(1))", "FunctionRegistry.Add")]
    public async Task A_method_in_an_expression_that_is_no_task_function_is_reported(string call, string remedy) => await SaysAsync("QC013", Methods(call, ""), "has no [TaskFunction]", remedy);

    [TestCase("Tasks.Async(() => F.Marked(1))", "")]
    [TestCase("Tasks.Async(() => Math.CopySign(1, -1))", "")]
    [TestCase("client.AsyncOn<Svc>(s => s.Send(1))", "")]
    [TestCase("MyTask.Delay(t => t.Run(1))", "")]
    [TestCase("Tasks.Async(() => F.Plain(1))", "public static object Register() => new FunctionRegistry().Add(\"plain\", F.Plain);")]
    [TestCase("new List<int>().AsQueryable().Select(n => F.Plain(n))", "")]
    public async Task A_task_function_in_an_expression_is_accepted(string call, string more) => Assert.That(await new SourceProject(Methods(call, more)).SaidAsync(), Is.Empty);

    [TestCase("Tasks.Async(\"f\", new[] { \"ab\", \"cde\" })")]
    [TestCase("Tasks.Async(\"f\", words)")]
    [TestCase("Tasks.Async(\"f\", (object[])words)")]
    [TestCase("new TaskCall(\"f\", words)")]
    [TestCase("Tasks.DelayTask(\"f\", words)")]
    [TestCase("new Chain().Append(\"f\", words)")]
    public async Task An_array_that_could_be_all_arguments_is_reported(string call) => await SaysAsync("QC014", $"public static class C {{ public static object Go(string[] words) => {call}; }}", "one argument", "[.. ");

    [TestCase("Tasks.Async(\"f\", (object)words)")]
    [TestCase("Tasks.Async(\"f\", [.. words])")]
    [TestCase("Tasks.Async(\"f\", words, 1)")]
    [TestCase("Tasks.Async(\"f\", new[] { 1, 2 })")]
    [TestCase("Tasks.Async(\"f\", new object[] { 1, 2 })")]
    [TestCase("string.Format(\"{0}\", words)")]
    public async Task An_unambiguous_array_is_accepted(string call) => Assert.That(await new SourceProject($"public static class C {{ public static object Go(string[] words) => {call}; }}").SaidAsync(), Is.Empty);

    [TestCase("Tasks.Async((int n) => n, 1)")]
    [TestCase("Tasks.BackgroundTask(() => 1)")]
    [TestCase("Tasks.Apply<int>(() => 1)")]
    [TestCase("Tasks.BackgroundTask(Math.CopySign, callback: (double d) => d)")]
    public async Task A_lambda_instead_of_a_method_is_reported(string call) => await SaysAsync("QC015", $"public static class C {{ public static object Go() => {call}; }}", "Pass a method");

    [TestCase("Tasks.Async(Math.CopySign, 1, 2)")]
    [TestCase("Tasks.Async(() => Math.CopySign(1, 2))")]
    [TestCase("Tasks.BackgroundTask(Math.CopySign)")]
    [TestCase("new FunctionRegistry().Add(\"f\", (int n) => n)")]
    public async Task A_method_an_expression_or_a_registered_lambda_is_accepted(string call) => Assert.That(await new SourceProject($"public static class C {{ public static object Go() => {call}; }}").SaidAsync(), Is.Empty);

    private static async Task SaysAsync(string id, string source, params string[] words)
    {
        var said = await new SourceProject(source).SaidAsync();
        Assert.That(said.Select(d => d.Id), Is.EqualTo(new[] { id }), () => string.Join('\n', said.AsEnumerable()));
        foreach (var word in words)
            Assert.That(said[0].GetMessage(), Does.Contain(word));
    }

    private static string Methods(string call, string more) => $$"""
        public interface ISvc { void Send(int n); }
        public sealed class Svc : ISvc { [TaskFunction("svc.send")] public void Send(int n) { } public void Other(int n) { } public Task OtherAsync(int n) => Task.CompletedTask; }
        public static class F { [TaskFunction("marked")] public static int Marked(int n) => n; public static int Plain(int n) => n; public static Task PlainAsync(int n) => Task.CompletedTask; }
        public sealed class MyTask : ClusterTask<MyTask> { public override string Name => "my"; public int Run(int n) => n; }
        public static class C { public static object Go(IQClusterClient client) => {{call}}; {{more}} }
        """;
}
