using System.Reflection;
using QCluster.TaskClasses;
using QCluster.Testing;
using static QCluster.Tasks;

namespace QCluster.Tests.Client;

/// <summary>Calls as users of the originals type them, and what then travels.</summary>
public sealed class CallShapeTests
{
    public sealed class Feed : ClusterTask<Feed>
    {
        public override string Name => "shapes.feed";

        public string Run(string url = "", int depth = 0) => url + depth;
    }

    private RecordingClient _client = null!;
    private IDisposable _scope = null!;

    private static string[] Texts(RecordingClient client) => [.. client.Enqueued.Select(t => $"{t.Func}({string.Join(",", t.Args)}){string.Concat(t.Kwargs.Select(k => $" {k.Key}={k.Value}"))}")];

    private async Task<string[]> OfAsync(Func<Task> calls)
    {
        await using (_client = new RecordingClient())
        {
            using (_scope = _client.UseAsDefault())
                await calls();
            return Texts(_client);
        }
    }

    [Test]
    public async Task A_method_stands_for_its_name() =>
        Assert.That(await OfAsync(async () =>
        {
            await Async(Math.CopySign, 2, -2);
            await Default.Async(Math.CopySign, 2, -2);
            await Async(() => Math.CopySign(2, -2));
        }), Is.EqualTo(Enumerable.Repeat("System.Math.CopySign(2,-2)", 3)));

    [Test]
    public async Task A_lambda_has_no_name() => await OfAsync(() =>
    {
        Assert.That(() => Async((Func<int, int>)(n => n), 1), Throws.ArgumentException.With.Message.Contains("lambda").And.Message.Contains("Give a method"));
        return Task.CompletedTask;
    });

    [Test]
    public async Task Arguments_by_name_need_no_dictionary() =>
        Assert.That(await OfAsync(async () =>
        {
            await Async("f", 1, Named(("x", 2), ("y", "z")));
            await Async("f", Named(new { x = 2, y = "z" }));
            await Async("f", Named(("x", 2)), 1, Named(("y", 3)));
            await Async(new TaskCall("f", 1) { Kwargs = Named(("x", 2)) });
            await DelayTask("f", Named(("x", 2)));
            await Feed.Delay(Named(("url", "u")));
            await Feed.Delay("u", Named(new { depth = 2 }));
            await AsyncChain([new("f", 1, Named(("x", 2)))]);
            await BackgroundTask(Math.CopySign)(1, Named(("y", 2)));
            await AsyncIter("f", new object[] { new object[] { 1, Named(("x", 2)) }, Named(("x", 3)) });
        }), Is.EqualTo(new[] { "f(1) x=2 y=z", "f() x=2 y=z", "f(1) x=2 y=3", "f(1) x=2", "f() x=2", "shapes.feed() url=u", "shapes.feed(u) depth=2", "f(1) x=2", "System.Math.CopySign(1) y=2", "f(1) x=2", "f() x=3" }));

    [Test]
    public void A_repeated_name_is_refused()
    {
        Assert.That(() => Named(("x", 1), ("x", 2)), Throws.ArgumentException.With.Message.Contains("'x'"));
        Assert.That(() => new TaskCall("f", Named(("x", 1)), Named(("x", 2))), Throws.ArgumentException.With.Message.Contains("'x'"));
        Assert.That(() => Named(("", 1)), Throws.ArgumentException);
    }

    [Test]
    public async Task Iterations_are_over_values_of_any_type() =>
        Assert.That(await OfAsync(async () =>
        {
            await AsyncIter("f", new[] { 1.5, 2.5 });
            await Default.AsyncIter("f", new List<int> { 1 });
            await AsyncIter("f", new[] { "a" });
            await AsyncIter("f", [1, 2]);
            await new Iter("f", new[] { 7, 8 }).Run();
            await new Iter("f", ["b"]).Run();
            await new Iter("f", Enumerable.Range(5, 1)).Run();
        }), Is.EqualTo(new[] { "f(1.5)", "f(2.5)", "f(1)", "f(a)", "f(1)", "f(2)", "f(7)", "f(8)", "f(b)", "f(5)" }));

    [Test]
    public void A_string_is_not_a_sequence_of_elements() => Assert.That(() => new Iter("f", "text"), Throws.ArgumentException.With.Message.Contains("[text]"));

    [Test]
    public async Task Steps_of_a_chain_are_names_or_tuples() =>
        Assert.That(await OfAsync(async () =>
        {
            await AsyncChain(["a", "b"]);
            await AsyncChain([("math.copysign", [1, -1]), ("math.floor", [1])]);
            await AsyncChain([("f", [1], new Dictionary<string, object?> { ["x"] = 2 }), "g", new("h", 3)]);
            await new Chain(["a", ("b", [Chain.Previous])], cached: true).Run();
        }), Is.EqualTo(new[] { "a()", "b()", "math.copysign(1,-1)", "math.floor(1)", "f(1) x=2", "g()", "h(3)", "a()", "b()" }));

    [Test]
    public async Task Arguments_of_a_set_are_lists() =>
        Assert.That(await OfAsync(async () =>
        {
            await new TaskSet("f", [["x"], ["y", 2], [], Named(("z", 1)), [1, Named(("z", 2))]]).Run();
            await new TaskSet<Feed>([["u"], [Named(("url", "v"))]]).Run();
            await new TaskSet(typeof(Feed), [["w"]]).Run();
        }), Is.EqualTo(new[] { "f(x)", "f(y,2)", "f()", "f() z=1", "f(1) z=2", "shapes.feed(u)", "shapes.feed() url=v", "shapes.feed(w)" }));

    [Test]
    public async Task Cached_is_on_off_or_a_time()
    {
        await using var client = new RecordingClient(new QClusterOptions { Cached = true, ResultTtl = TimeSpan.FromHours(3) });
        await client.Async(new TaskCall("f"));
        await client.Async(new TaskCall("f"), new TaskOptions { Cached = false });
        await client.Async(new TaskCall("f"), new TaskOptions { Cached = true });
        await client.Async(new TaskCall("f"), new TaskOptions { Cached = TimeSpan.FromMinutes(1) });
        await client.AsyncChain(["f"], new ChainOptions { Cached = false });
        await client.AsyncIter("f", [1], new TaskOptions { Cached = TimeSpan.FromMinutes(2) });
        Caching?[] expected = [TimeSpan.FromHours(3), null, TimeSpan.FromHours(3), TimeSpan.FromMinutes(1), null, TimeSpan.FromMinutes(2)];
        Assert.That(client.Enqueued.Select(t => t.Options.Cached), Is.EqualTo(expected));
        await using var plain = new RecordingClient(new QClusterOptions { ResultTtl = TimeSpan.FromHours(3) });
        await plain.Async(new TaskCall("f"));
        await plain.Async(new TaskCall("f"), new TaskOptions { Cached = true });
        Assert.That(plain.Enqueued.Select(t => t.Options.Cached), Is.EqualTo(new Caching?[] { null, TimeSpan.FromHours(3) }));
        Assert.That(() => plain.Async(new TaskCall("f"), new TaskOptions { Cached = TimeSpan.Zero }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => plain.RunSet(new TaskSet("f", [["x"]]) { Options = new ApplyOptions { More = new TaskOptions { Cached = false } } }), Throws.ArgumentException);
    }

    [Test]
    public async Task Waits_may_be_milliseconds()
    {
        await using var client = new RecordingClient();
        client.SetResult("f", 42);
        using var scope = client.UseAsDefault();
        var id = await Async("f");
        Assert.That(await Result(id, 200), Is.EqualTo(42));
        Assert.That(await client.Result(id, 200), Is.EqualTo(42));
        Assert.That((await Fetch(id, 200))!.Success, Is.True);
        var chain = new Chain(["f"]) { Client = (IQClusterClient)client };
        await chain.Run();
        Assert.That(await chain.Result(-1), Is.EqualTo(new object?[] { 42 }));
        var task = new AsyncTask("f");
        await task.Run();
        Assert.That(await task.Result(200), Is.EqualTo(42));
    }

    [Test]
    public async Task A_chain_works_with_any_client()
    {
        await using var recording = new RecordingClient();
        recording.SetResult("f", 42);
        var client = DispatchProxy.Create<IQClusterClient, Forward>();
        ((Forward)client).Inner = recording;
        var chain = new Chain(["f", ("f", [1])]) { Client = client };
        Assert.That(await chain.Result(), Is.Null, "it has not been run");
        var id = await chain.Run();
        Assert.That((chain.Id, await chain.Result(-1)), Is.EqualTo((id, new object?[] { 42, 42 })));
        Assert.That((await chain.Current(), (await chain.Fetch())!.Count), Is.EqualTo((2, 2)));
    }

    public class Forward : DispatchProxy
    {
        public IQClusterClient Inner { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Invoke(Inner, args);
    }

    [Test]
    public void Static_calls_cover_every_call_of_a_client()
    {
        var ofTasks = typeof(Tasks).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(Shape).ToHashSet(StringComparer.Ordinal);
        var ofClient = typeof(IQClusterClient).GetMethods().Select(Shape);
        Assert.That(ofClient.Where(m => !ofTasks.Contains(m)), Is.Empty);

        static string Shape(MethodInfo method) => $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => $"{p.ParameterType} {p.Name}"))})";
    }
}
