namespace QCluster.IntegrationTests.Testing;

/// <summary>Functions of a test's own process: what they see is seen by the test.</summary>
internal sealed class ClusterFunctions
{
    private int _failures;

    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<TaskRecord> Hooked { get; } = [];

    public List<(int Attempt, DateTimeOffset At)> Attempts { get; } = [];

    public void Register(FunctionRegistry functions) => functions
        .Add("math.add", (int a, int b) => a + b)
        .Add("text.of", (object value) => $"<{value}>")
        .Add("hooks.keep", (TaskRecord record) => Hooked.Add(record))
        .Add("fail.twice", FailTwice)
        .Add("fail.always", (string message) => Fail(message))
        .Add("wait.for_token", WaitForTokenAsync)
        .Add("sleep", async (int milliseconds) => await Task.Delay(milliseconds))
        .Add("nested.add", async (IQClusterClient client, int a, int b) => await client.Result<int>(await client.Async("math.add", a, b)))
        .Add("static.add", async (int a, int b) => await Tasks.Result<int>(await Tasks.Async("math.add", a, b)))
        .Add("progress", ProgressAsync);

    private int FailTwice(TaskContext task)
    {
        Attempts.Add((task.Attempt, DateTimeOffset.UtcNow));
        return _failures++ < 2 ? throw new IOException($"failure {_failures}") : task.Attempt;
    }

    private static int Fail(string message) => throw new InvalidOperationException(message);

    private async Task WaitForTokenAsync(CancellationToken cancellationToken)
    {
        Started.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private async Task ProgressAsync(TaskContext task)
    {
        task.ReportProgress(0.25, "a quarter");
        Started.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, task.CancellationToken);
    }
}
