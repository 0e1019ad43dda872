namespace QCluster.Sample.Worker;

/// <summary>A function with an injected service, on a class that is made through dependency injection.</summary>
public sealed class Greetings(Greeter greeter)
{
    [TaskFunction("sample.greet")]
    public async Task<string> Greet(string name, IQClusterClient client)
    {
        var sign = await client.Result<double>(await client.Async("math.copysign", 1, -1));
        return $"{greeter.Greeting} {name} {sign}";
    }
}
