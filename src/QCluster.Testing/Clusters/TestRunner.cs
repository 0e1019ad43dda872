using System.Collections.Concurrent;
using QCluster.Execution.Attempts;
using QCluster.Client;
using QCluster.TaskClasses.Consumers;
using QCluster.Client.Monitoring;
using QCluster.Client.Inline;
using QCluster.Queue;
using QCluster.Wire.Packets;

namespace QCluster.Testing.Clusters;

/// <summary>Runs tasks that were claimed from Redis, up to a number at a time, and settles them there.</summary>
internal sealed class TestRunner(InlineRunner runner, IQClusterClient client, int concurrency) : IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _places = new(concurrency);
    private readonly ConcurrentDictionary<Task, bool> _runs = new();
    private readonly ConcurrentDictionary<Guid, RunningTask> _running = new();
    private readonly ConcurrentDictionary<Guid, bool> _wantedCancelled = new();
    private volatile bool _abandoned;

    public IReadOnlyList<RunningDescription> Running => [.. _running.Values.Select(r => r.Describe())];

    public bool IsIdle => _runs.IsEmpty;

    /// <summary>Done once there is a place for one more.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    /// <summary>The place was not needed.</summary>
    public void Leave() => _places.Release();

    /// <summary>Runs a task in the slot that was acquired for it.</summary>
    public void Begin(ConsumerMembership consumer, string queue, byte[] element)
    {
        // The task must not end before it is listed.
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = RunAsync(listed.Task, consumer, queue, element);
        _runs[run] = true;
        _ = run.ContinueWith(over => _runs.TryRemove(over, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        listed.SetResult();
    }

    private async Task RunAsync(Task listed, ConsumerMembership consumer, string queue, byte[] element)
    {
        await listed.ConfigureAwait(false);
        var key = AttemptKey.FromBytes(TaskElement.FieldOf(element));
        var slot = new TestSlot(_places);
        try
        {
            // Seen by the function and what it calls.
            DefaultClient.Use(client);
            var owner = new InlineOwner
            {
                Slot = slot,
                IsCancelRequested = () => _wantedCancelled.ContainsKey(key.Id),
                Starting = context =>
                {
                    _running[key.Id] = new RunningTask(context);
                    if (_wantedCancelled.ContainsKey(key.Id))
                        context.Cancel(TaskCancelReason.User);
                },
                Progress = (fraction, message) => _running.GetValueOrDefault(key.Id)?.Report(fraction, message),
            };
            var attempt = await runner.RunAsync(element, queue, owner, CancellationToken.None).ConfigureAwait(false);
            _running.TryRemove(key.Id, out _);
            await SettleAsync(consumer, key.ToBytes(), attempt).ConfigureAwait(false);
            _wantedCancelled.TryRemove(key.Id, out _);
        }
        finally
        {
            slot.Leave();
        }
    }

    private async Task SettleAsync(ConsumerMembership consumer, byte[] key, AttemptResult attempt)
    {
        while (!_abandoned)
        {
            try
            {
                if (attempt.IsInterrupted)
                    await consumer.GiveBackAsync(key, CancellationToken.None).ConfigureAwait(false);
                else
                    await consumer.EndAsync(new AckItem(key, attempt.ToAcknowledgement(), attempt.KeepMilliseconds, attempt.Kind), CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (BrokerException)
            {
                await Task.Delay(PauseAfterFailure).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Requests the cancel of a task that may run here, or that may be about to.</summary>
    public void Cancel(Guid id)
    {
        _wantedCancelled[id] = true;
        if (_running.TryGetValue(id, out var task))
            task.Context.Cancel(TaskCancelReason.User);
    }

    /// <summary>Stops like a worker: tasks are cancelled when most of the grace period has passed. Tasks that still run at its end are abandoned.</summary>
    public async Task DrainAsync(TimeSpan grace)
    {
        const double told = 0.6;
        await Task.WhenAny(Task.WhenAll(_runs.Keys), Task.Delay(grace * told)).ConfigureAwait(false);
        foreach (var task in _running.Values)
            task.Context.Cancel(TaskCancelReason.Shutdown);
        await Task.WhenAny(Task.WhenAll(_runs.Keys), Task.Delay(grace * (1 - told))).ConfigureAwait(false);
        _abandoned = true;
    }

    public void Dispose()
    {
        // Tasks that were left to themselves still give their places back.
        if (IsIdle)
            _places.Dispose();
    }
}
