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

    private void OnError(object? sender, UnobservedTaskExceptionEventArgs error) => _errors.Enqueue(error.Exception);
}
