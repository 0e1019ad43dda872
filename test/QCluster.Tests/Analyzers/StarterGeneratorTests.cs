namespace QCluster.Tests.Analyzers;

public sealed class StarterGeneratorTests
{
    [Test]
    public async Task A_background_task_has_a_typed_starter_with_the_parameters_that_travel()
    {
        var text = await UserProject.CompileAsync("""
            namespace Post;
            /// <summary>Mails.</summary>
            public interface ISmtp;
            public static partial class Mail
            {
                [BackgroundTask("mail.send", Priority = TaskPriority.High, Type = BackgroundTaskType.Process, Callback = "mail.sent", Queue = "mail")]
                public static Task<int> Send(string to, string? body = null, DayOfWeek day = DayOfWeek.Monday, double factor = 1.5, ISmtp smtp = null!, CancellationToken cancellationToken = default) => Task.FromResult(1);
                [BackgroundTask]
                internal static void Tidy(params object?[] things) { }
                [TaskFunction("mail.sent")] public static void Sent(int count) { }
            }
            public static class Caller
            {
                public static Task<string> Start() => Mail.SendTask.Start("a@b", "text", DayOfWeek.Friday);
                public static Task<string> StartWith(IQClusterClient client) => Mail.SendTask.StartWith(client, "a@b");
                public static Task<int> Apply() => Mail.SendTask.Apply("a@b");
                public static Task<string> Tidy() => Mail.TidyTask.Start(1, "two", null);
                public static string Name => Mail.SendTask.Name + Mail.TidyTask.Name;
            }
            """);
        Assert.That(text, Does.Contain("Name = \"mail.send\"").And.Contain("Priority = 7").And.Contain("Isolated = true").And.Contain("Callback = \"mail.sent\"").And.Contain("Queue = \"mail\""));
        Assert.That(text, Does.Contain("Name = \"Post.Mail.Tidy\"").And.Not.Contain("smtp").And.Not.Contain("cancellationToken"));
    }

    [TestCase("Mail.SendTask.Start({|CS1503:1|});")]
    [TestCase("Mail.SendTask.{|CS7036:Start|}();")]
    public async Task Wrong_arguments_do_not_compile(string call)
    {
        var text = await UserProject.CompileAsync($$"""
            public static partial class Mail { [BackgroundTask("m")] public static void Send(string to) { } }
            public static class Caller { public static void Go() { {{call}} } }
            """);
        Assert.That(text, Does.Contain("SendTask"));
    }

    [Test]
    public async Task Starters_are_added_to_nested_records_and_structs()
    {
        var text = await UserProject.CompileAsync("""
            public partial record Outer { public partial struct Inner { [BackgroundTask] public static void Do(int n) { } } }
            public static class Caller { public static Task<string> Go() => Outer.Inner.DoTask.Start(1); }
            """);
        Assert.That(text, Does.Contain("DoTask"));
    }
}
