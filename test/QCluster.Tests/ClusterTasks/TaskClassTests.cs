using QCluster.TaskClasses;

namespace QCluster.Tests.ClusterTasks;

/// <summary>Task classes and their registry.</summary>
public sealed class TaskClassTests
{
    [Test]
    public void A_class_is_registered_under_its_name_and_found_by_its_kind()
    {
        var registry = new FunctionRegistry().Register<Regular>().Register<Periodic>().Register((int x) => x, "plain");
        Assert.Multiple(() =>
        {
            Assert.That(registry.GetAll().Keys, Is.EquivalentTo(new[] { "regular", "periodic", "plain" }));
            Assert.That(registry.GetAllPeriodic().Keys, Is.EqualTo(new[] { "periodic" }));
            Assert.That(registry.GetAllRegular().Keys, Is.EquivalentTo(new[] { "regular", "plain" }));
            Assert.That(registry.GetAll()["regular"].Class, Is.EqualTo(typeof(Regular)));
            Assert.That(registry.GetAll()["regular"].Signature, Does.Contain("string name"));
        });
        registry.Unregister("regular");
        Assert.That(registry.GetAll().Keys, Does.Not.Contain("regular"));
        Assert.That(() => registry.Unregister("regular"), Throws.TypeOf<NotRegisteredException>());
        Assert.That(() => registry.Register((int x) => x, "periodic"), Throws.TypeOf<AlreadyRegisteredException>());
    }

    [TestCase(typeof(Nameless), "has no name")]
    [TestCase(typeof(Runless), "no method Run")]
    [TestCase(typeof(TwoRuns), "2 methods Run")]
    [TestCase(typeof(Timeless), "how often")]
    [TestCase(typeof(Placeless), "Nowhere/At_All")]
    [TestCase(typeof(Rateless), "rate limit")]
    [TestCase(typeof(Abstract), "abstract")]
    [TestCase(typeof(Unimportant), "Priority is 10")]
    public void A_class_that_cannot_be_a_task_is_refused_when_it_is_registered(Type type, string why) =>
        Assert.That(() => new FunctionRegistry().Register(type), Throws.TypeOf<InvalidFunctionException>().With.Message.Contains(why));

    [Test]
    public void Options_of_a_class_apply_unless_the_call_overrides_them()
    {
        var task = TaskClass.Of(typeof(Regular));
        var options = new ApplyOptions { Priority = 9, Countdown = TimeSpan.FromSeconds(1), Eta = DateTimeOffset.UtcNow, MaxRetries = 2 }.Over(task.Options);
        Assert.Multiple(() =>
        {
            Assert.That((task.Options.Queue, task.Options.Priority, task.Options.Mandatory, task.Options.IgnoreResult), Is.EqualTo(("mail", 7, true, true)));
            Assert.That((options.Queue, options.Priority, options.Mandatory, options.MaxRetries), Is.EqualTo(("mail", 9, true, (int?)2)));
            Assert.That((options.Delay, options.Eta), Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(1), (DateTimeOffset?)null)), "the countdown counts more");
            Assert.That((task.Defaults.Limits.Timeout, task.Defaults.Limits.TimeLimit, task.Defaults.Retry.MaxAttempts, task.Defaults.Result.NoErrorMail), Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(5), (TimeSpan?)TimeSpan.FromSeconds(9), (int?)4, true)));
            Assert.That(task.Options.RateLimit, Is.EqualTo(RateLimit.Parse("10/m")));
        });
    }

    [Test]
    public void A_class_is_read_without_calling_its_constructor_for_services() => Assert.That(TaskClass.Of(typeof(Injected)).Name, Is.EqualTo("injected"));

    private sealed class Regular : ClusterTask<Regular>
    {
        public override string Name => "regular";

        public override string RoutingKey => "mail";

        public override bool Mandatory => true;

        public override int Priority => 7;

        public override bool IgnoreResult => true;

        public override bool DisableErrorEmails => true;

        public override string RateLimit => "10/m";

        public override TimeSpan? TimeLimit => TimeSpan.FromSeconds(9);

        public override TimeSpan? SoftTimeLimit => TimeSpan.FromSeconds(5);

        public override IReadOnlyList<ErrorType> RetryOn => [typeof(IOException), "My.Exception"];

        public static void Run(string name) => Assert.That(name, Is.Not.Null);
    }

    private sealed class Injected(IServiceProvider services) : ClusterTask
    {
        public override string Name => "injected";

        public object Run() => services;
    }

    private sealed class Periodic : PeriodicTask
    {
        public override string Name => "periodic";

        public override Recurrence RunEvery => 30;

        public static void Run()
        {
        }
    }

    private sealed class Nameless : ClusterTask
    {
        public static void Run()
        {
        }
    }

    private sealed class Runless : ClusterTask
    {
        public override string Name => "runless";
    }

    private sealed class TwoRuns : ClusterTask
    {
        public override string Name => "two";

        public static void Run()
        {
        }

        public static void Run(int x) => Assert.That(x, Is.Zero);
    }

    private sealed class Timeless : PeriodicTask
    {
        public override string Name => "timeless";

        public static void Run()
        {
        }
    }

    private sealed class Placeless : PeriodicTask
    {
        public override string Name => "placeless";

        public override Recurrence RunEvery => Recurrence.Daily;

        public override string TimeZone => "Nowhere/At_All";

        public static void Run()
        {
        }
    }

    private sealed class Rateless : ClusterTask
    {
        public override string Name => "rateless";

        public override string RateLimit => "often";

        public static void Run()
        {
        }
    }

    private sealed class Unimportant : ClusterTask
    {
        public override string Name => "unimportant";

        public override int Priority => 10;

        public static void Run()
        {
        }
    }

    private abstract class Abstract : ClusterTask
    {
        public override string Name => "abstract";

        public static void Run()
        {
        }
    }
}
