using System.Reflection;

namespace QCluster.Tests.Execution;

/// <summary>Functions that end in every way in which one can end.</summary>
internal static class OddFunctions
{
    public static readonly TimeSpan Overrun = TimeSpan.FromMilliseconds(300);

    public static FunctionRegistry Registry()
    {
        var functions = new FunctionRegistry();
        foreach (var method in typeof(OddFunctions).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(m => m.IsDefined(typeof(TaskFunctionAttribute), inherit: false)))
            functions.Add(method);
        return functions;
    }

    [TaskFunction("odd.add")]
    public static int Add(int a, int b) => a + b;

    [TaskFunction("odd.attempt")]
    public static int Attempt(TaskContext task) => task.Attempt;

    [TaskFunction("odd.later")]
    public static async Task<int> Later(int value)
    {
        await Task.Delay(20);
        return value;
    }

    [TaskFunction("odd.large")]
    public static string Large() => new('x', 10_000);

    [TaskFunction("odd.large_quiet", DisableErrorEmails = true)]
    public static string LargeQuiet() => Large();

    [TaskFunction("odd.circle")]
    public static object Circle()
    {
        var list = new List<object>();
        list.Add(list);
        return list;
    }

    [TaskFunction("odd.fail")]
    public static void Fail(string message) => throw new InvalidOperationException(message);

    [TaskFunction("odd.fail_later")]
    public static async Task FailLater(string message)
    {
        await Task.Delay(20);
        throw new InvalidOperationException(message);
    }

    [TaskFunction("odd.fail_quiet", DisableErrorEmails = true)]
    public static void FailQuiet() => throw new InvalidOperationException("boom");

    [TaskFunction("odd.fail_declared", MaxAttempts = 3, RetryBackoff = "1ms", DontRetryOn = [typeof(ArgumentException)])]
    public static void FailDeclared(bool wrong) => throw (wrong ? new ArgumentOutOfRangeException(nameof(wrong)) : new InvalidOperationException("boom"));

    [TaskFunction("odd.unwanted", IgnoreResult = true)]
    public static int Unwanted() => 1;

    [TaskFunction("odd.ask")]
    public static void Ask(int most) => throw new TaskRetryException(TimeSpan.Zero, new InvalidOperationException("boom"), most);

    [TaskFunction("odd.ask_once")]
    public static int AskOnce(TaskContext task) => task.Attempt == 1 ? throw task.Retry(TimeSpan.Zero) : task.Attempt;

    [TaskFunction("odd.wait")]
    public static Task Wait(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    [TaskFunction("odd.overrun")]
    public static async Task<string> RunOver(TaskContext task)
    {
        await Task.Delay(Overrun);
        return task.CancelReason.ToString();
    }

    [TaskFunction("odd.wait_declared", Timeout = "100ms")]
    public static Task WaitDeclared(CancellationToken cancellationToken) => Wait(cancellationToken);

    [TaskFunction("odd.limited", RateLimit = "5/s")]
    public static int Limited() => 1;

    [TaskFunction("odd.hook")]
    public static string Hook(TaskRecord record) => $"{record.State}: {record.Error?.Message}";
}
