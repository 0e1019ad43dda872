using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace QCluster.Sample.Worker;

/// <summary>Functions with injected services, on a class that is made through dependency injection.</summary>
public sealed partial class Greetings(Greeter greeter, ILogger<Greetings> logger)
{
    [TaskFunction("sample.greet")]
    public async Task<string> Greet(string name, IQClusterClient client)
    {
        var sign = await client.Result<double>(await client.Async("math.copysign", 1, -1));
        LogGreeting(name);
        return $"{greeter.Greeting} {name} {sign}";
    }

    /// <summary>What a program that a task starts gets to see of a variable.</summary>
    [TaskFunction("sample.environment")]
    public static async Task<string> ReadEnvironment(string variable)
    {
        using var process = Process.Start(new ProcessStartInfo("printenv", [variable]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text.Trim();
    }

    [LoggerMessage(1, LogLevel.Information, "Greeting {Name}")]
    private partial void LogGreeting(string name);
}
