using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Client;
using QCluster.TaskClasses;
using QCluster.Testing;

namespace QCluster.Tests.ClusterTasks;

/// <summary>A task class called as what it is: an object with a method.</summary>
[NonParallelizable]
public sealed class PlainCallTests
{
    public sealed class Greeter : ClusterTask<Greeter>
    {
        public override string Name => "plain.greeter";

        public string Run(string name)
        {
            GetLogger().LogInformation("Greeting {Name}", name);
            Context.ReportProgress(0.5);
            return $"hello {name} {Context.Attempt} {Context.CancellationToken.CanBeCanceled} {Context.CancelReason}";
        }
    }

    public sealed class Failing : ClusterTask<Failing>
    {
        public override string Name => "plain.failing";

        public int Run(bool withCause) => throw Retry(exception: withCause ? new FormatException("as it is") : null);
    }

    [Test]
    public void A_task_class_runs_outside_a_cluster() => Assert.That(new Greeter().Run("you"), Is.EqualTo("hello you 1 False None"));

    [Test]
    public async Task A_task_class_logs_to_the_log_of_the_program()
    {
        var before = DefaultClient.Existing;
        using var lines = new Lines();
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(lines)).AddQCluster();
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IQClusterClient>();
        try
        {
            new Greeter().Run("you");
            Assert.That(lines.Said, Is.EqualTo(new[] { "Greeting you" }));
        }
        finally
        {
            Tasks.Default = before!;
        }
    }

    [Test]
    public void A_retry_outside_a_cluster_throws()
    {
        Assert.That(() => new Failing().Run(withCause: true), Throws.TypeOf<FormatException>());
        Assert.That(() => new Failing().Run(withCause: false), Throws.TypeOf<TaskRetryException>());
    }

    [Test]
    public void A_class_is_registered_once()
    {
        var functions = new FunctionRegistry();
        functions.Register<Greeter>();
        Assert.That(() => functions.Register<Greeter>(), Throws.TypeOf<AlreadyRegisteredException>().With.Message.Contains("'plain.greeter' is already registered").And.Message.Contains("Unregister"));
        Assert.That(() => functions.Register(typeof(Greeter)), Throws.TypeOf<AlreadyRegisteredException>());
        functions.Add("plain.abs", (Func<int, int>)Math.Abs);
        Assert.That(() => functions.Add("plain.abs", (Func<int, int>)Math.Abs), Throws.TypeOf<AlreadyRegisteredException>());
        Assert.That(() => functions.Register((Func<int, int>)Math.Abs, "plain.abs"), Throws.TypeOf<AlreadyRegisteredException>());
        functions.Unregister("plain.greeter");
        functions.Register<Greeter>();
    }

    [Test]
    public void An_assembly_may_be_added_to_others_and_twice()
    {
        var functions = new FunctionRegistry();
        functions.Register<Greeter>();
        functions.AddAssembly(typeof(Greeter).Assembly);
        Assert.That(() => functions.AddAssembly(typeof(Greeter).Assembly), Throws.Nothing);
        Assert.That(() => functions.Register<Greeter>(), Throws.TypeOf<AlreadyRegisteredException>());
    }

    [Test]
    public async Task Sync_without_functions_says_how_to_add_some()
    {
        await using var client = new RecordingClient();
        Assert.That(
            () => client.Async(new TaskCall("plain.greeter", "you"), new TaskOptions { Sync = true }),
            Throws.InvalidOperationException.With.Message.Contains("'plain.greeter'").And.Message.Contains("FunctionRegistry").And.Message.Contains("Tasks.Default"));
        Assert.That(() => new Chain(["plain.greeter"], sync: true) { Client = client }.Run(), Throws.InvalidOperationException);
        Assert.That(() => client.AsyncBulk([new TaskCall("plain.greeter", "you")], new TaskOptions { Sync = true }), Throws.InvalidOperationException);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Said { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Add(formatter(state, exception));

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
