namespace QCluster.Tests.Functions;

#pragma warning disable CA1822 // Instance methods are what is tested.

internal static class SampleFunctions
{
    [TaskFunction("t.add")]
    public static int Add(int a, int b = 10) => a + b;

    [TaskFunction("t.nothing")]
    public static void Nothing()
    {
        // Returns nothing, which is nil.
    }

    [TaskFunction("t.task")]
    public static async Task Task()
    {
        await System.Threading.Tasks.Task.Yield();
    }

    [TaskFunction("t.task_of")]
    public static async Task<string> TaskOf(string text)
    {
        await System.Threading.Tasks.Task.Yield();
        return text + "!";
    }

    [TaskFunction("t.value_task")]
    public static ValueTask ValueTask() => default;

    [TaskFunction("t.value_task_of")]
    public static ValueTask<long> ValueTaskOf(long n) => new(n * 2);

    [TaskFunction("t.throw")]
    public static int Throw() => throw new FormatException("as it is");

    [TaskFunction("t.throw_later")]
    public static async Task<int> ThrowLater()
    {
        await System.Threading.Tasks.Task.Yield();
        throw new FormatException("as it is");
    }

    [TaskFunction("t.rest")]
    public static string Rest(string first, params int[] others) => $"{first}:{string.Join(",", others)}";

    [TaskFunction("t.injected")]
    public static string Injected(string given, CancellationToken token, TaskContext task, [Injected] Greeting greeting) => $"{greeting.Text} {given} {task.Func} {token.CanBeCanceled}";

    [TaskFunction("t.unserialisable")]
    public static object Unserialisable() => new Action(() => { });

    internal sealed record Greeting(string Text);

    internal sealed class Instance(Greeting greeting) : IDisposable
    {
        public static int Disposed { get; private set; }

        [TaskFunction("t.instance")]
        public string Greet(string name) => $"{greeting.Text} {name}";

        public void Dispose() => Disposed++;
    }
}
