using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Client.Enqueueing;
using QCluster.TaskClasses;
using QCluster.Testing;

namespace QCluster.Tests.Functions;

#pragma warning disable CA1822 // Instance methods are what is tested.

public sealed class CallExpressionTests
{
    public interface IMailer
    {
        string Deliver(string to, string body);
    }

    [JsonDerivedType(typeof(Dog), "dog")]
    public interface IPet;

    public sealed record Dog(string Name) : IPet;

    [JsonDerivedType(typeof(Circle), "circle")]
    public abstract record Shape;

    public sealed record Circle(double Radius) : Shape;

    public class Person
    {
        public string Name { get; set; } = "";
    }

    public sealed class Clerk : Person
    {
        public int Room { get; set; }
    }

    public sealed class Mailer : IMailer
    {
        public string Deliver(string to, string body) => $"{to}: {body}";
    }

    public static class F
    {
        [TaskFunction("calls.par")]
        public static string Par(int a, params int[] rest) => $"{a}:{string.Join(",", rest)}";

        [TaskFunction("calls.objects")]
        public static int Objects(params object?[] rest) => rest.Length;

        [TaskFunction("calls.named")]
        public static string Named(int a, Dictionary<string, object?> kwargs) => $"{a}:{string.Join(",", kwargs.Select(k => k.Key + k.Value))}";

        [TaskFunction("calls.mail")]
        public static string Send(string to, string body, IMailer mailer, TaskContext task, IQClusterClient client, CancellationToken cancellationToken) => $"{mailer.Deliver(to, body)} {task.Func} {client is not null} {cancellationToken.CanBeCanceled}";

        [TaskFunction("calls.keyed")]
        public static string Keyed(string to, [FromKeyedServices("k")] Mailer mailer, [Injected] Mailer plain, TimeProvider clock) => mailer.Deliver(to, $"{plain is not null} {clock is not null}");

        [TaskFunction("calls.shape")]
        public static string Of(Shape shape) => shape.ToString();

        [TaskFunction("calls.shapes")]
        public static string OfAll(IReadOnlyList<Shape> shapes) => string.Join(";", shapes);

        [TaskFunction("calls.shape_array")]
        public static string OfArray(Shape[] shapes) => string.Join(";", shapes.AsEnumerable());

        [TaskFunction("calls.shape_rest")]
        public static string OfRest(params Shape[] shapes) => string.Join(";", shapes.AsEnumerable());

        [TaskFunction("calls.pet")]
        public static string OfPet(IPet pet) => pet.ToString()!;

        [TaskFunction("calls.person")]
        public static string OfPerson(Person person) => person.Name;

        [TaskFunction("calls.circle")]
        public static string OfCircle(Circle circle) => circle.ToString();

        [TaskFunction("calls.made")]
        public static Shape Made() => new Circle(3);

        [TaskFunction("calls.hidden")]
        public static object Hidden() => new Circle(3);

        [TaskFunction("calls.clerk")]
        public static Person MadeClerk() => new Clerk { Name = "Ann", Room = 7 };

        public static T Open<T>(T value) => value;
    }

    public sealed class ShapeTask : ClusterTask<ShapeTask>
    {
        public override string Name => "calls.shape_task";

        public Task<string> Run(Shape shape, string text = "", CancellationToken cancellationToken = default) => Task.FromResult($"{shape} {text}");
    }

    public sealed class Handler<T> : ClusterTask
    {
        public override string Name => "calls.handle." + typeof(T).Name;

        public string Run(T value) => $"{typeof(T).Name}: {value}";
    }

    public sealed class Service
    {
        public string Prop { get; set; } = "";

        public Service Other => this;

        [TaskFunction("calls.service")]
        public Task SendAsync(string text) => Task.CompletedTask;

        [TaskFunction("calls.service_value")]
        public ValueTask SendValueAsync(string text) => default;

        [TaskFunction("calls.service_count")]
        public int Count(string text) => text.Length;

        [TaskFunction("calls.service_count_async")]
        public Task<int> CountAsync(string text) => Task.FromResult(text.Length);
    }

    private static TaskHarness NewHarness()
    {
        var harness = new TaskHarness();
        harness.Functions.AddAssembly(typeof(CallExpressionTests).Assembly);
        harness.Services.AddSingleton<IMailer, Mailer>();
        harness.Services.AddKeyedSingleton("k", new Mailer());
        harness.Services.AddTransient<Mailer>();
        harness.Services.AddSingleton(new SampleFunctions.Greeting("hello"));
        return harness;
    }

    [Test]
    public async Task Params_are_separate_arguments_and_a_named_rest_is_named()
    {
        await using var harness = NewHarness();
        int[] none = [];
        var named = new Dictionary<string, object?> { ["x"] = 2 };
        Assert.That((await harness.RunAsync(() => F.Par(1, 2, 3))).ValueAs<string>(), Is.EqualTo("1:2,3"));
        Assert.That((await harness.RunAsync(() => F.Par(1))).ValueAs<string>(), Is.EqualTo("1:"));
        Assert.That((await harness.RunAsync(() => F.Par(1, none))).ValueAs<string>(), Is.EqualTo("1:"));
        Assert.That((await harness.RunAsync(() => F.Objects("a", null, 3))).ValueAs<int>(), Is.EqualTo(3));
        Assert.That((await harness.RunAsync(() => F.OfRest(new Circle(1), new Circle(2)))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 1 };Circle { Radius = 2 }"));
        Assert.That((await harness.RunAsync(() => F.Named(1, named))).ValueAs<string>(), Is.EqualTo("1:x2"));
    }

    [Test]
    public async Task Injected_arguments_are_not_sent()
    {
        await using var harness = NewHarness();
        Assert.That((await harness.RunAsync(() => F.Send("a", "b", null!, null!, null!, default))).ValueAs<string>(), Is.EqualTo("a: b calls.mail True True"));
        Assert.That((await harness.RunAsync(() => F.Keyed("a", null!, null!, null!))).ValueAs<string>(), Is.EqualTo("a: True True"));
        Assert.That((await harness.RunAsync("calls.mail", "a", "b")).ValueAs<string>(), Is.EqualTo("a: b calls.mail True True"));
    }

    [Test]
    public async Task A_derived_type_arrives_as_that_type()
    {
        await using var harness = NewHarness();
        var circles = new[] { new Circle(1) };
        Assert.That((await harness.RunAsync(() => F.Of(new Circle(2)))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 2 }"));
        Assert.That((await harness.RunAsync(() => F.OfAll(circles))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 1 }"));
        Assert.That((await harness.RunAsync(() => F.OfArray(circles))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 1 }"));
        Assert.That((await harness.RunAsync(() => F.OfPet(new Dog("Rex")))).ValueAs<string>(), Is.EqualTo("Dog { Name = Rex }"));
        Assert.That((await harness.RunAsync(() => F.OfCircle(new Circle(2)))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 2 }"));
        Assert.That((await harness.RunOnAsync((ShapeTask t) => t.Run(new Circle(2), "x", default))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 2 } x"));
    }

    [Test]
    public async Task Declared_types_of_Run_apply_by_position_and_by_name()
    {
        await using var client = new RecordingClient();
        await client.Delay<ShapeTask>(new Circle(2));
        await client.ApplyAsync<ShapeTask>(null, new Dictionary<string, object?> { ["SHAPE"] = new Circle(3), ["text"] = "x" });
        Assert.That(client.Enqueued[0].Arg<Shape>(0), Is.EqualTo(new Circle(2)));
        Assert.That(((Dictionary<string, object?>)client.Enqueued[1].Kwargs["SHAPE"]!)["$type"], Is.EqualTo("circle"));
    }

    [Test]
    public async Task A_derived_type_in_a_call_by_name_needs_a_declared_type()
    {
        await using var harness = NewHarness();
        foreach (var value in new object[] { new Circle(2), new[] { new Circle(2) }, new List<Circle> { new(2) }, new object[] { new Circle(2) }, new Dog("Rex") })
        {
            Assert.That(
                () => harness.RunAsync(new TaskCall("calls.shape") { Args = [value] }),
                Throws.TypeOf<SerializationException>().With.Message.Contains("argument 1 of calls.shape").And.Message.Contains("TaskArgument.As<"));
        }

        Assert.That((await harness.RunAsync("calls.shape", TaskArgument.As<Shape>(new Circle(2)))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 2 }"));
        Assert.That((await harness.RunAsync("calls.circle", TaskArgument.As(new Circle(2)))).ValueAs<string>(), Is.EqualTo("Circle { Radius = 2 }"));
    }

    [Test]
    public async Task Results_are_written_as_their_declared_type()
    {
        await using var harness = NewHarness();
        Assert.That((await harness.RunAsync("calls.made")).ValueAs<Shape>(), Is.EqualTo(new Circle(3)));
        Assert.That((await harness.RunAsync("calls.hidden")).Error!.Reason, Is.EqualTo(FailureReason.InvalidResult));
        Assert.That((await harness.RunAsync("calls.clerk")).Error!.Message, Does.Contain("Room").And.Contain("JsonDerivedType"));
    }

    [Test]
    public async Task Members_beyond_the_declared_type_are_not_lost_silently()
    {
        await using var harness = NewHarness();
        Assert.That(() => harness.RunAsync(() => F.OfPerson(new Clerk { Name = "Ann" })), Throws.TypeOf<SerializationException>().With.Message.Contains("Room"));
        Assert.That((await harness.RunAsync("calls.person", new Clerk { Name = "Ann" })).Error!.Reason, Is.EqualTo(FailureReason.InvalidArguments));
    }

    [Test]
    public async Task Methods_of_services_with_any_return_type_are_called()
    {
        await using var client = new RecordingClient();
        await client.AsyncOn<Service>(s => s.SendAsync("a"));
        await client.AsyncOn<Service>(s => s.SendValueAsync("b"));
        await client.AsyncOn<Service>(s => s.Count("c"));
        await client.AsyncOn<Service>(s => s.CountAsync("d"));
        await client.AsyncOn((Service s) => s.Count("e"));
        Assert.That(client.Enqueued.Select(t => t.Func + t.Arg<string>(0)), Is.EqualTo(new[] { "calls.servicea", "calls.service_valueb", "calls.service_countc", "calls.service_count_asyncd", "calls.service_counte" }));
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        var text = "object";
        yield return new TestCaseData((Expression<Action<Service>>)(s => s.SendAsync(s.Prop)), "argument 'text'", "uses 's'");
        yield return new TestCaseData((Expression<Action<Service>>)(s => s.Other.SendAsync("a")), "s.Other", "AsyncOn<");
        yield return new TestCaseData((Expression<Func<int>>)(() => 1 + text.Length), "one method call", "Math.CopySign");
        yield return new TestCaseData((Expression<Func<string>>)(() => text.Trim()), "object of this process", "AsyncOn<string>");
        yield return new TestCaseData((Expression<Func<int>>)(() => F.Open(1)), "generic", "for each type");
    }

    [TestCaseSource(nameof(Wrong))]
    public void An_unsupported_expression_says_what_to_write_instead(LambdaExpression call, string wrong, string remedy) =>
        Assert.That(() => CallExpression.Read(call, null), Throws.ArgumentException.With.Message.Contains(wrong).And.Message.Contains(remedy).And.Message.EndsWith("(Parameter 'call')"));

    [Test]
    public void A_closed_generic_method_that_is_registered_is_found()
    {
        var functions = new FunctionRegistry().Add("open.int", (Func<int, int>)F.Open<int>);
        Expression<Func<int>> call = () => F.Open(1);
        Assert.That(CallExpression.Read(call, functions).Func, Is.EqualTo("open.int"));
    }

    [Test]
    public async Task A_closed_generic_task_class_is_registered_like_any_other()
    {
        await using var harness = new TaskHarness();
        harness.Functions.Register<Handler<Dog>>();
        Assert.That((await harness.RunOnAsync((Handler<Dog> h) => h.Run(new Dog("Rex")))).ValueAs<string>(), Is.EqualTo("Dog: Dog { Name = Rex }"));
    }

    [Test]
    public async Task A_class_that_is_a_service_must_be_marked()
    {
        await using var harness = new TaskHarness();
        harness.Services.AddTransient<Mailer>();
        harness.Functions.Add("unmarked", (Mailer mailer) => mailer.Deliver("a", "b"));
        Assert.That(() => harness.RunAsync("unmarked"), Throws.TypeOf<InvalidFunctionException>().With.Message.Contains("mailer").And.Message.Contains("[Injected]"));
    }
}
