using System.Linq.Expressions;
using QCluster.Client.Enqueueing;

namespace QCluster.Tests.Functions;

internal sealed class RegistryTests
{
    [Test]
    public void Two_functions_of_one_name_are_refused_and_both_are_named()
    {
        var functions = new FunctionRegistry();
        functions.Add("x", new Func<int, int>(Math.Abs));
        Assert.That(() => functions.Add("x", Math.CopySign), Throws.TypeOf<AlreadyRegisteredException>().With.Message.Contains("CopySign").And.Message.Contains("Abs"));
    }

    [Test]
    public void A_function_is_also_found_by_the_full_name_of_its_method()
    {
        var host = new FunctionHost(f => f.Add("math.copysign", Math.CopySign));
        Assert.That(async () => await host.RunAsync("System.Math.CopySign", [1, -1]), Is.EqualTo(-1.0));
    }

    [Test]
    public void A_call_expression_gives_the_name_and_the_evaluated_arguments()
    {
        var captured = 20;
        Expression<Func<int>> call = () => SampleFunctions.Add(captured + 1, 2);
        var read = CallExpression.Read(call, null);
        Assert.That((read.Func, read.Args), Is.EqualTo(("t.add", new object?[] { 21, 2 })));
    }

    [Test]
    public void Injected_parameters_are_no_arguments_of_a_call_expression()
    {
        Expression<Func<string>> call = () => SampleFunctions.Injected("you", CancellationToken.None, null!, null!);
        Assert.That(CallExpression.Read(call, null).Args, Is.EqualTo(new object?[] { "you" }));
    }

    [Test]
    public void An_expression_that_is_not_one_call_is_refused()
    {
        Expression<Func<int>> sum = () => 1 + SampleFunctions.Add(1, 2);
        var text = "object";
        Expression<Func<string>> onObject = () => text.Trim();
        Assert.That(() => CallExpression.Read(sum, null), Throws.ArgumentException.With.Message.Contains("one method call"));
        Assert.That(() => CallExpression.Read(onObject, null), Throws.ArgumentException.With.Message.Contains("AsyncOn"));
    }
}
