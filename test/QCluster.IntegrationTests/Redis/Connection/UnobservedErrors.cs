using System.Collections.Concurrent;

namespace QCluster.IntegrationTests.Redis.Connection;

/// <summary>No test of this folder may leave a task's error unobserved.</summary>
[SetUpFixture]
public sealed class UnobservedErrors
{
    private readonly ConcurrentQueue<Exception> _errors = [];

    [OneTimeSetUp]
    public void Listen() => TaskScheduler.UnobservedTaskException += OnError;

    [OneTimeTearDown]
    public void Check()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        TaskScheduler.UnobservedTaskException -= OnError;
        Assert.That(_errors, Is.Empty);
    }

    // The library abandons the read that is under way when its socket is closed; everything that QCluster reads shows in the trace.
    private static bool IsTheLibrarysRead(AggregateException error) => error.InnerException is IOException && !error.ToString().Contains("QCluster", StringComparison.Ordinal);

    private void OnError(object? sender, UnobservedTaskExceptionEventArgs error)
    {
        if (!IsTheLibrarysRead(error.Exception))
            _errors.Enqueue(error.Exception);
    }
}
