using System.Threading.Channels;
using QCluster.Terminal.Monitor.Details;
using QCluster.Terminal.Monitor.Reading;

namespace QCluster.Terminal.Monitor;

/// <summary>What the keys do in Redis. Each runs beside the screen and tells it when it is done.</summary>
internal sealed class MonitorActions(IQClusterClient client, ChannelWriter<Action<MonitorScreen>> events, CancellationToken stopping)
{
    private const int TasksShown = 30;

    public void Run(Func<CancellationToken, Task<string>> action) => Begin(async () =>
    {
        var text = await action(stopping);
        return screen => screen.Say(text);
    });

    public void ReadTask(string id, Snapshot snapshot, Action<DetailView> show) => Begin(async () =>
        await client.Fetch(id, cancellationToken: stopping) is { } record
            ? _ => show(TaskDetails.Of(record, snapshot.Running.FirstOrDefault(r => r.Task.Id == id), snapshot.At))
            : screen => screen.Say($"The record of {id} has expired."));

    public void ReadQueue(QueueView queue, Action<DetailView> show) => Begin(async () =>
    {
        var tasks = await client.Monitoring.GetTasks(queue.Sizes.Queue, TasksShown, stopping);
        return _ => show(QueueDetails.Of(queue, tasks));
    });

    public async Task<string> CancelAsync(string id, CancellationToken cancellationToken) => await client.Cancel(id, cancellationToken) switch
    {
        CancelResult.Cancelled => $"Cancelled: {id}",
        CancelResult.Requested => $"Cancel requested: {id}",
        CancelResult.AlreadyFinished => $"Already finished: {id}",
        _ => $"Unknown task: {id}",
    };

    public async Task<string> RetryAsync(string id, CancellationToken cancellationToken) => $"Runs again as {await client.Retry(id, cancellationToken)}";

    public async Task<string> PauseAsync(string queue, bool pause, CancellationToken cancellationToken) => pause
        ? await client.Queues.Pause(queue, cancellationToken) ? $"{queue} is paused; running tasks continue." : $"{queue} was already paused."
        : await client.Queues.Resume(queue, cancellationToken) ? $"{queue} is resumed." : $"{queue} was not paused.";

    private void Begin(Func<Task<Action<MonitorScreen>>> action) => _ = Task.Run(
        async () =>
        {
            try
            {
                events.TryWrite(await action());
            }
            catch (OperationCanceledException)
            {
                // Leaving.
            }
            catch (Exception e)
            {
                events.TryWrite(screen => screen.Say(e.Message));
            }
        },
        stopping);
}
