using QCluster.Model;
using QCluster.Queue;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Broker;

/// <summary>Long random runs beside a model: places, the one owner of each task, and what is left at the end.</summary>
public sealed class PlaceTests : BrokerFixture
{
    private readonly List<TestTask> _all = [];
    private readonly Dictionary<Guid, TestTask> _byId = [];
    private QueueModel _model = null!;
    private TestWorker[] _workers = null!;
    private Random _random = null!;

    [TestCase(1)]
    [TestCase(20261121)]
    public async Task Queue_and_model_agree_after_any_sequence_of_steps(int seed)
    {
        _random = new Random(seed);
        _model = new QueueModel();
        _all.Clear();
        _byId.Clear();
        _workers = [await Queue.WorkerAsync(), await Queue.WorkerAsync(), await Queue.WorkerAsync()];
        for (var step = 0; step < 3000; step++)
        {
            if (_random.Next(40) == 0) await DieAsync(_random.Next(_workers.Length));
            else await StepAsync();
            if (step % 25 == 0) await CheckSomeAsync();
            if (step % 500 == 499) await CheckAllAsync();
        }

        await DrainAsync();
        await CheckLeftOverAsync();
    }

    private async Task StepAsync()
    {
        var worker = _workers[_random.Next(_workers.Length)];
        switch (_random.Next(10))
        {
            case 0 or 1 or 2:
                await EnqueueAsync();
                break;
            case 3 or 4 or 5:
                await ClaimAsync(worker, _random.Next(1, 12));
                break;
            case 6 or 7:
                var given = Pick(worker);
                await Queue.ReleaseAsync(worker, given);
                _model.GiveBack(TestTask.Ids(given));
                break;
            case 8:
                var ended = Pick(worker);
                Assert.That(await Queue.AckAsync(worker, ended), Is.All.EqualTo(AckStatus.Saved));
                foreach (var task in ended) _model.Finish(task.Value);
                break;
            default:
                await CancelAsync();
                break;
        }
    }

    private async Task EnqueueAsync()
    {
        var tasks = TestTask.Many(_random.Next(1, 9));
        // Now and then something known is in it again.
        if (_all.Count > 0 && _random.Next(4) == 0) tasks[0] = _all[_random.Next(_all.Count)];
        var priority = _random.Next(3) == 0 ? _random.Next(10) : 5;
        await Queue.EnqueueAsync(priority, tasks);
        _model.Enqueue(priority, TestTask.Ids(tasks));
        foreach (var task in tasks)
            if (_byId.TryAdd(task.Value, task)) _all.Add(task);
    }

    private async Task<int> ClaimAsync(TestWorker worker, int count)
    {
        var taken = await Queue.TakeAsync(worker, count);
        Assert.That(TestTask.Ids(taken), Is.EqualTo(_model.Claim(worker.Incarnation, count)));
        foreach (var task in taken) _byId[task.Value] = task;
        return taken.Count;
    }

    /// <summary>A worker is lost with all it had; some of it counts as begun. Another takes its place.</summary>
    private async Task DieAsync(int index)
    {
        var gone = _workers[index];
        var owned = _model.InFlight.Where(f => f.Value == gone.Incarnation).Select(f => _byId[f.Key]).ToArray();
        _random.Shuffle(owned);
        await Queue.Cluster.FenceAsync(gone.Incarnation, CancellationToken.None);
        var items = owned.Select(t => new ReclaimItem(t.Attempt, _random.Next(2) == 0 ? ReclaimDecision.Back : ReclaimDecision.Lost, [], 0)).ToArray();
        Assert.That(await Queue.Cluster.ReclaimAsync(gone.Incarnation, items, CancellationToken.None), Is.EqualTo(owned.Length));
        _model.GiveBack(TestTask.Ids(owned));
        _workers[index] = await Queue.WorkerAsync();
    }

    private TestTask[] Pick(TestWorker worker)
    {
        var owned = _model.InFlight.Where(f => f.Value == worker.Incarnation).Select(f => _byId[f.Key]).ToArray();
        _random.Shuffle(owned);
        return owned.Length == 0 ? [] : owned[..Math.Min(owned.Length, _random.Next(1, 6))];
    }

    private async Task CancelAsync()
    {
        if (_all.Count == 0) return;
        var task = _all[_random.Next(Math.Max(0, _all.Count - 60), _all.Count)];
        var running = _model.InFlight.ContainsKey(task.Value);
        var expected = running ? CancelResult.Requested : _model.Cancel(task.Value) ? CancelResult.Cancelled : CancelResult.AlreadyFinished;
        Assert.That(await Queue.CancelAsync(task, Guid.NewGuid().ToByteArray()), Is.EqualTo(expected));
        if (running) _model.RequestCancel(task.Value);
    }

    private async Task CheckSomeAsync()
    {
        foreach (var id in _model.InFlight.Keys.Concat(_model.Waiting).Concat(_model.Finished).OrderBy(_ => _random.Next()).Take(8))
            await CheckAsync(id);
    }

    private async Task CheckAsync(Guid id)
    {
        var lookup = await Queue.LookupAsync(_byId[id]);
        Assert.That((lookup.Place, lookup.Ahead, lookup.Incarnation), Is.EqualTo(_model.Lookup(id)), id.ToString());
    }

    /// <summary>I1: every unfinished task has exactly one owner.</summary>
    private async Task CheckAllAsync()
    {
        await Task.WhenAll(_all.Select(task => CheckAsync(task.Value)));
        var owned = new List<Guid>();
        for (var priority = 0; priority < 10; priority++)
        {
            var list = await Queue.WaitingAsync(priority);
            Assert.That(list, Is.EqualTo(_model.List(priority)));
            owned.AddRange(list.Where(id => !_model.Finished.Contains(id)));
        }

        foreach (var worker in _workers)
            owned.AddRange(((RedisResult[])(await Queue.RawAsync("HVALS", Queue.Keys.InFlight(worker.Incarnation)))!).Select(r => TestTask.Of((byte[])r!).Value));
        var waiting = _model.Waiting.CountBy(id => _model.Priorities[id]).ToDictionary();
        Assert.That((await Queue.SizesAsync()).WaitingByPriority, Is.EqualTo(Enumerable.Range(0, 10).Select(p => (long)waiting.GetValueOrDefault(p))));
        Assert.That(owned, Is.EquivalentTo(_all.Select(t => t.Value).Except(_model.Finished)));
        Assert.That(await Queue.Client.ExamineAsync(TaskId.DefaultQueue, mend: false, CancellationToken.None), Is.Empty);
    }

    private async Task DrainAsync()
    {
        while (_model.Waiting.Any() || Enumerable.Range(0, 10).Any(p => _model.List(p).Count > 0)) await ClaimAsync(_workers[0], 500);
        foreach (var worker in _workers)
        {
            foreach (var part in _model.InFlight.Where(f => f.Value == worker.Incarnation).Select(f => _byId[f.Key]).Chunk(500).ToArray())
            {
                Assert.That(await Queue.AckAsync(worker, part), Is.All.EqualTo(AckStatus.Saved));
                foreach (var task in part) _model.Finish(task.Value);
            }

            await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Back);
        }

        await CheckAllAsync();
        await Queue.Cluster.LeaveAsync(TestQueue.ClusterId, CancellationToken.None);
        await Queue.TakeTokenAsync();
    }

    /// <summary>I5: records and the history have a time-to-live; besides them only counters, head numbers and names of queues stay.</summary>
    private async Task CheckLeftOverAsync()
    {
        var left = await LeftOver.KeysAsync(Queue);
        Assert.That(left.Where(k => k != "hs" && !k.StartsWith("r:", StringComparison.Ordinal)), Is.EquivalentTo(new[] { "st", "h", "queues" }));
        Assert.That(left.Count(k => k.StartsWith("r:", StringComparison.Ordinal)), Is.EqualTo(_all.Count));
        foreach (var task in _all.Take(50)) Assert.That(await Queue.NumberAsync("PTTL", Queue.Keys.Record(task.Id.ToBytes())), Is.Positive);
        var sizes = await Queue.SizesAsync();
        Assert.That(sizes.Succeeded + sizes.Cancelled, Is.EqualTo(_all.Count));
    }
}
