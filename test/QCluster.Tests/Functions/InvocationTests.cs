using QCluster.Execution.Functions;

namespace QCluster.Tests.Functions;

internal sealed class InvocationTests
{
    private readonly FunctionHost _host = new(f => f.Add("math.copysign", Math.CopySign));

    [Test]
    public async Task Every_kind_of_return_gives_its_value()
    {
        Assert.Multiple(() =>
        {
            Assert.That(async () => await _host.RunAsync("t.add", [1, 2]), Is.EqualTo(3L));
            Assert.That(async () => await _host.RunAsync("t.nothing", []), Is.Null);
            Assert.That(async () => await _host.RunAsync("t.task", []), Is.Null);
            Assert.That(async () => await _host.RunAsync("t.task_of", ["a"]), Is.EqualTo("a!"));
            Assert.That(async () => await _host.RunAsync("t.value_task", []), Is.Null);
            Assert.That(async () => await _host.RunAsync("t.value_task_of", [21]), Is.EqualTo(42L));
        });
        Assert.That(await _host.RunAsync("math.copysign", [2, -2]), Is.EqualTo(-2.0));
    }

    [TestCase("t.throw")]
    [TestCase("t.throw_later")]
    public void An_exception_is_passed_on_unchanged(string name) =>
        Assert.That(async () => await _host.RunAsync(name, []), Throws.TypeOf<FormatException>().With.Message.EqualTo("as it is").And.Property("StackTrace").Contains("SampleFunctions"));

    [Test]
    public async Task Arguments_come_by_position_by_name_and_by_default()
    {
        Assert.That(await _host.RunAsync("t.add", [1]), Is.EqualTo(11L));
        Assert.That(await _host.RunAsync("t.add", [1], new() { ["b"] = 5 }), Is.EqualTo(6L));
        Assert.That(await _host.RunAsync("t.add", [], new() { ["b"] = 5, ["a"] = 2 }), Is.EqualTo(7L));
        Assert.That(await _host.RunAsync("t.rest", ["x", 1, 2, 3]), Is.EqualTo("x:1,2,3"));
    }

    [Test]
    public async Task Services_context_and_token_are_injected_and_instances_disposed()
    {
        Assert.That(await _host.RunAsync("t.injected", ["you"]), Is.EqualTo("hello you t.injected True"));
        var disposed = SampleFunctions.Instance.Disposed;
        Assert.That(await _host.RunAsync("t.instance", ["you"]), Is.EqualTo("hello you"));
        Assert.That(SampleFunctions.Instance.Disposed, Is.EqualTo(disposed + 1));
    }

    [TestCase("t.add", new object[] { 1, 2, 3 }, "3 were given")]
    [TestCase("t.add", new object[] { }, "takes")]
    [TestCase("t.add", new object[] { "text" }, "text")]
    [TestCase("t.add", new object[] { 1.5 }, "1.5")]
    public void Wrong_arguments_are_reported_with_the_signature(string name, object[] args, string told) =>
        Assert.That(async () => await _host.RunAsync(name, args), Throws.TypeOf<ArgumentBindingException>().With.Message.Contains(told).And.Message.Contains("t.add(int a"));

    [Test]
    public void Unknown_and_repeated_names_are_reported()
    {
        Assert.That(async () => await _host.RunAsync("t.add", [1], new() { ["c"] = 1 }), Throws.TypeOf<ArgumentBindingException>().With.Message.Contains("c"));
        Assert.That(async () => await _host.RunAsync("t.add", [1], new() { ["a"] = 1 }), Throws.TypeOf<ArgumentBindingException>().With.Message.Contains("a"));
    }

    [Test]
    public void An_unserialisable_result_differs_from_an_error_of_the_function() =>
        Assert.That(async () => await _host.RunAsync("t.unserialisable", []), Throws.TypeOf<InvalidResultException>().With.Message.Contains("t.unserialisable"));

    [Test]
    public async Task Random_bytes_make_binding_throw_nothing_else()
    {
        var random = new Random(7);
        var names = new[] { "t.add", "t.rest", "t.task_of", "t.injected", "t.value_task_of" };
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var args = new byte[random.Next(12)];
            var kwargs = new byte[random.Next(12)];
            random.NextBytes(args);
            random.NextBytes(kwargs);
            if (args.Length > 0 && random.Next(2) == 0)
                args[0] = (byte)(0x90 | random.Next(4));
            if (kwargs.Length > 0 && random.Next(2) == 0)
                kwargs[0] = (byte)(0x80 | random.Next(3));
            try
            {
                await _host.RunRawAsync(names[random.Next(names.Length)], args, kwargs);
            }
            catch (ArgumentBindingException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(15_000));
    }
}
