using System.Reflection;
using QCluster.TaskClasses;
using QCluster.Testing;

namespace QCluster.Tests.Client;

/// <summary>What calls make of null, of nothing, and of arrays.</summary>
public sealed class ArgumentTests
{
    private static IEnumerable<TestCaseData> NotNull =>
        from method in typeof(IQClusterClient).GetMethods()
        where !method.IsSpecialName
        from parameter in method.GetParameters()
        where !parameter.ParameterType.IsValueType && !parameter.IsDefined(typeof(ParamArrayAttribute)) && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull
        select new TestCaseData(method, parameter).SetArgDisplayNames($"{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))}) {parameter.Name}");

    [TestCaseSource(nameof(NotNull))]
    public async Task Null_is_refused_by_the_name_of_the_parameter(MethodInfo method, ParameterInfo parameter)
    {
        await using var client = new RecordingClient();
        var open = method.IsGenericMethodDefinition ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => typeof(string))]) : method;
        var arguments = open.GetParameters().Select(p => p.Name == parameter.Name ? null : Sample(p)).ToArray();
        Assert.That(async () => await CallAsync(client, open, arguments), Throws.InstanceOf<ArgumentException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(parameter.Name));
        Assert.That(client.Enqueued, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Objects()
    {
        yield return new TestCaseData(new Func<object>(() => new TaskCall(null!))) { TestName = "A call without a name" };
        yield return new TestCaseData(new Func<object>(() => new TaskCall(null!, 1))) { TestName = "A call with arguments and without a name" };
        yield return new TestCaseData(new Func<object>(() => new TaskCall("f") with { Func = null! })) { TestName = "A call whose name is taken away" };
        yield return new TestCaseData(new Func<object>(() => new ChainStep((string)null!, 1))) { TestName = "A step without a name" };
        yield return new TestCaseData(new Func<object>(() => new AsyncTask(null!))) { TestName = "A task without a name" };
        yield return new TestCaseData(new Func<object>(() => new TaskSet((string)null!, []))) { TestName = "A set without a name" };
        yield return new TestCaseData(new Func<object>(() => new TaskSet("f", [null!]))) { TestName = "A set with a call that is null" };
        yield return new TestCaseData(new Func<object>(() => new AsyncResult(null!))) { TestName = "A result without an id" };
        yield return new TestCaseData(new Func<object>(() => new Iter(null!))) { TestName = "An iteration without a name" };
        yield return new TestCaseData(new Func<object>(() => new Chain().Append((string)null!))) { TestName = "A chain with a step without a name" };
        yield return new TestCaseData(new Func<object>(() => new Schedule("n", Recurrence.Hourly, (string)null!))) { TestName = "A schedule without a function" };
    }

    [TestCaseSource(nameof(Objects))]
    public void An_object_without_a_name_is_refused(Func<object> make) => Assert.That(make, Throws.InstanceOf<ArgumentException>());

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("two words")]
    [TestCase("line\n")]
    public async Task A_call_with_an_invalid_name_is_not_enqueued(string name)
    {
        await using var client = new RecordingClient();
        Assert.That(() => client.Async(name, 1), Refused());
        Assert.That(() => client.AsyncBulk([new TaskCall("f"), new TaskCall(name)]), Refused());
        Assert.That(() => client.AsyncIter(name, new object?[] { 1 }), Refused());
        Assert.That(() => client.AsyncChain([new("f", 1), new(name, 1)]), Refused());
        Assert.That(() => client.DelayTask(name, 1), Refused());
        Assert.That(() => client.Async(new TaskCall("f"), new TaskOptions { Hook = name }), Refused());
        Assert.That(() => client.Async(new TaskCall("f"), new TaskOptions { Callback = name }), Refused());
        Assert.That(() => client.AsyncChain([new("f", 1)], new ChainOptions { Hook = name }), Refused());
        Assert.That(() => client.Schedules.Add(new Schedule("n", Recurrence.Hourly, name)), Refused());
        Assert.That(() => new TaskSet(name, [new TaskArguments([1])]), Refused());
        Assert.That(client.Enqueued, Is.Empty);

        NUnit.Framework.Constraints.IResolveConstraint Refused() => Throws.ArgumentException.With.Message.Contains($"'{name}'").And.Message.Contains("1 to 256");
    }

    [Test]
    public async Task An_empty_id_is_refused()
    {
        await using var client = new RecordingClient();
        Assert.That(() => client.Fetch(""), Throws.ArgumentException.With.Property("ParamName").EqualTo("idOrName").And.Message.Contains("neither the id nor the name"));
        Assert.That(() => client.Result("a@"), Throws.ArgumentException.With.Property("ParamName").EqualTo("idOrName"));
        Assert.That(() => client.ResultGroup(""), Throws.ArgumentException.With.Property("ParamName").EqualTo("group"));
    }

    private static readonly object[] Arrays = [new[] { "ab", "cde" }, new[] { 1, 2 }, new[] { 1.5 }, new List<string> { "a" }, new[] { new[] { "a" } }, new DateOnly[1], new byte[] { 1 }];

    [TestCaseSource(nameof(Arrays))]
    public async Task An_array_of_any_element_type_is_one_argument(object array)
    {
        await using var client = new RecordingClient();
        if (array is object?[] covariant)
        {
            await client.Async("f", covariant);
            await client.DelayTask("f", covariant);
            await client.Async(new TaskCall("f", covariant));
            await client.AsyncChain([new ChainStep("f", covariant)]);
            var chain = new Chain { Client = client };
            chain.Append("f", covariant);
            await chain.Run();
            await new AsyncTask("f", covariant) { Client = client }.Run();
            var iter = new Iter("f") { Client = client };
            iter.Append(covariant);
            await iter.Run();
        }

        await client.Async("f", array);
        await client.AsyncIter("f", new[] { array });
        Assert.That(client.Enqueued.Select(t => t.Args.Count), Has.All.EqualTo(1));
    }

    [Test]
    public async Task Null_is_one_argument_and_an_array_of_objects_is_all_of_them()
    {
        await using var client = new RecordingClient();
        var chain = new Chain { Client = client };
        chain.Append("f", null!);
        await client.Async("f", null!);
        await client.Async(new TaskCall("f", null!));
        await client.DelayTask("f", null!);
        await new AsyncTask("f", null!) { Client = client }.Run();
        await chain.Run();
        Assert.That(client.Enqueued.Select(t => t.Args), Has.All.EqualTo(new object?[] { null }));
        client.Clear();
        await client.Async("f", new object?[] { 1, null });
        await client.Async("f", []);
        await client.AsyncIter("f", new object?[] { new object?[] { 1, 2 }, 3 });
        Assert.That(client.Enqueued.Select(t => t.Args.Count), Is.EqualTo(new[] { 2, 0, 2, 1 }));
    }

    private static object? Sample(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.HasDefaultValue)
            return parameter.DefaultValue is null && type.IsValueType ? Activator.CreateInstance(type) : parameter.DefaultValue;
        if (type == typeof(string))
            return "name";
        if (type == typeof(int))
            return 1;
        if (type == typeof(object[]))
            return Array.Empty<object>();
        if (type == typeof(TaskCall))
            return new TaskCall("f");
        if (type == typeof(IEnumerable<TaskCall>))
            return new[] { new TaskCall("f") };
        return type == typeof(IEnumerable<object>) ? new object[] { 1 } : null;
    }

    private static async Task CallAsync(IQClusterClient client, MethodInfo method, object?[] arguments)
    {
        object? result;
        try
        {
            result = method.Invoke(client, arguments);
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException!;
        }

        if (result is IAsyncEnumerable<TaskRecord> records)
            await records.GetAsyncEnumerator().MoveNextAsync();
        else
            await (Task)result!;
    }

    [Test]
    public async Task Empty_names_of_queues_and_schedules_are_refused()
    {
        await using var client = new RecordingClient();
        Assert.Multiple(() =>
        {
            Assert.That(() => client.Queues.Purge(""), Throws.TypeOf<InvalidSettingException>().With.Message.Contains("queue"));
            Assert.That(() => client.Queues.Sizes("a b"), Throws.TypeOf<InvalidSettingException>().With.Message.Contains("a b"));
            Assert.That(() => client.Queues.Pause(""), Throws.TypeOf<InvalidSettingException>());
            Assert.That(() => client.Monitoring.GetInfo(""), Throws.TypeOf<InvalidSettingException>());
            Assert.That(() => client.Dead.Count(""), Throws.TypeOf<InvalidSettingException>());
            Assert.That(() => client.Schedules.List(""), Throws.TypeOf<InvalidSettingException>());
            Assert.That(() => client.Schedules.Remove(""), Throws.ArgumentException.With.Property("ParamName").EqualTo("name"));
            Assert.That(() => client.Schedules.Run(""), Throws.ArgumentException.With.Property("ParamName").EqualTo("name"));
        });
    }
}
