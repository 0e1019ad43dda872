using Microsoft.Extensions.Logging;
using QCluster.TaskClasses;
using QCluster.Tests.Wire;

namespace QCluster.Tests.Testing;

/// <summary>What an app might have.</summary>
public sealed class Orders(Orders.Store store)
{
    [TaskFunction("orders.confirm", MaxAttempts = 3, RetryBackoff = "2s", RetryOn = [typeof(TimeoutException)])]
    public async Task<Receipt> Confirm(int order, decimal total, IQClusterClient client, TaskContext task, CancellationToken cancellationToken)
    {
        task.ReportProgress(0.5, "charging");
        if (store.Failures.TryDequeue(out var failure))
            throw failure;
        await client.Async(new TaskCall("mail.send", $"order {order}"), new TaskOptions { Delay = TimeSpan.FromMinutes(1) }, cancellationToken);
        task.ReportProgress(1);
        store.Confirmed.Add(order);
        return new Receipt(order, total);
    }

    public sealed record Receipt(int Order, decimal Total);

    public sealed class Store : IDisposable
    {
        public Queue<Exception> Failures { get; } = new();

        public List<int> Confirmed { get; } = [];

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}

/// <summary>Functions of types marked for MessagePack.</summary>
public static class Zoo
{
    [TaskFunction("zoo.name")]
    public static string Name(IAnimal animal) => $"{animal.GetType().Name} {animal.Name}";

    [TaskFunction("zoo.older")]
    public static Dog Older(Dog dog, List<Dog> others, int by = 1) => dog with { Barks = dog.Barks + by + others.Count };

    [TaskFunction("zoo.any")]
    public static IAnimal Any(int seed) => seed == 0 ? new Cat("Tom") : new Dog("Rex", seed);

    [TaskFunction("zoo.line")]
    public static Parcel Line(Parcel parcel) => new(parcel.Line with { Count = parcel.Line.Count + 1 });

    [TaskFunction("zoo.endless")]
    public static Link Endless()
    {
        var link = new Link();
        link.Next = link;
        return link;
    }
}

public static class Clockwork
{
    [TaskFunction("clock.sleep")]
    public static async Task<string> Sleep(double seconds, TaskContext task)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), task.Clock, task.CancellationToken);
        return task.Clock.GetUtcNow().ToString("HH:mm:ss");
    }

    [TaskFunction("clock.injected")]
    public static string Injected(TimeProvider clock, ILogger logger)
    {
        logger.LogInformation("looked");
        return clock.GetUtcNow().ToString("yyyy");
    }

    [TaskFunction("clock.ask_again")]
    public static string AskAgain(TaskContext task) =>
        task.Attempt < 3 ? throw task.Retry(TimeSpan.FromMinutes(10), new InvalidOperationException("not yet")) : $"attempt {task.Attempt}";

    [TaskFunction("hooks.note")]
    public static string Note(TaskRecord record, string prefix) => $"{prefix}: {record.Func} {record.State} {record.Result} {record.Error?.Message}";

    [TaskFunction("static.enqueue")]
    public static async Task EnqueueByStaticCall(string text) => await Tasks.Async("mail.send", text);

    [TaskFunction("wait.for_other")]
    public static async Task<int> WaitForOther(IQClusterClient client) => 1 + await client.Result<int>(await client.Async("other.count"));

    [TaskFunction("bad.result")]
    public static object BadResult() => new Action(() => { });
}

public sealed class Nightly : ClusterTask<Nightly>
{
    public override string Name => "nightly";

    public override TimeSpan DefaultRetryDelay => TimeSpan.FromMinutes(7);

    public string Run(string what) => what == "fail" ? throw Retry(exception: new IOException("disk")) : $"{what} by {Context.Func}";
}
