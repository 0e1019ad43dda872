namespace QCluster.Tool.Torture;

/// <summary>Compares what was promised with the records in Redis and with the journal of what has run.</summary>
internal sealed class Judge(Workload workload, Journal journal, QClusterClient client)
{
    private const int MaxBatch = 500;
    private const int ExamplesKept = 20;

    private readonly List<string> _examples = [];

    public async Task<Verdict> JudgeAsync(TortureOptions options, TimeSpan took, Killer killer, int restarts, IReadOnlyList<string> leaked)
    {
        journal.Read();
        long lost = 0, wrong = 0, early = 0, hooks = 0, attempts = 0;
        foreach (var part in workload.Expected.Chunk(MaxBatch))
        {
            var records = await Task.WhenAll(part.Select(e => client.Fetch(e.Id)));
            foreach (var (expected, record) in part.Zip(records))
            {
                if (record?.Stopped is null || (expected.Runs && journal.Attempts(expected.Label).Count == 0))
                    lost += Found($"lost: {expected}, its record {record?.State.ToString() ?? "missing"}");
                else if (record.State != expected.State)
                    wrong += Found($"wrong outcome: {expected}, its record {record.State} {record.Error}");
                if (record is { Stopped: not null, Attempt: > 0 } && !record.Attempts.Select(a => a.Number).SequenceEqual(Enumerable.Range(1, record.Attempt)))
                    attempts += Found($"attempts missing: {expected}, at attempt {record.Attempt} its record has {string.Join(", ", record.Attempts.Select(a => a.Number))}");
                if (expected.NotBefore > 0 && journal.Of(expected.Label).Any(e => e.UnixMilliseconds < expected.NotBefore))
                    early += Found($"too early: {expected}");
                if (expected.Awaits && journal.Attempts(expected.Label + "/inner").Count == 0)
                    lost += Found($"lost: what {expected} waited for");
                if (expected.Hooked && journal.Of($"{expected.Label}:{expected.State}").Count == 0)
                    hooks += Found($"hook missing: {expected}");
            }
        }

        long groups = 0;
        foreach (var group in workload.Groups)
        {
            var counted = await client.CountGroup(group);
            if (counted != Workload.GroupSize)
                groups += Found($"group broken: {group} has {counted} of {Workload.GroupSize}");
        }

        var (repeated, unexplained) = Runs(killer.Total + workload.Hanging);
        return new Verdict
        {
            Seed = options.Seed,
            Seconds = Math.Round(took.TotalSeconds, 1),
            Tasks = workload.Outcomes,
            Kills = killer.Total,
            KillsByKind = killer.Counts,
            RedisRestarts = restarts,
            Uncertain = workload.Uncertain,
            RepeatedRuns = repeated,
            Lost = lost,
            DuplicatedOutcomes = await DuplicatesAsync(),
            WrongOutcomes = wrong,
            ChainsBroken = workload.Chains.Count(IsBroken),
            GroupsBroken = groups,
            HooksMissing = hooks,
            TooEarly = early,
            UnexplainedRuns = unexplained,
            NotUnique = workload.NotUnique,
            AttemptsMissing = attempts,
            SlotsBroken = workload.Schedules.Sum(s => BrokenSlots(s.Key, s.Value)),
            KeysLeaked = leaked.Sum(key => Found($"key leaked: {key}")),
            Examples = _examples,
        };
    }

    private async Task<long> DuplicatesAsync()
    {
        long counted = 0;
        foreach (var queue in Workload.Queues)
        {
            var sizes = await client.Queues.Sizes(queue);
            counted += sizes.Succeeded + sizes.Failed + sizes.Cancelled;
        }

        // A call that failed may have made tasks nevertheless.
        return workload.Uncertain > 0 ? 0 : Math.Max(0, counted - workload.Outcomes);
    }

    /// <summary>A slot each second, none missing, and as many as the schedule has counted.</summary>
    private long BrokenSlots(string name, ScheduleInfo schedule)
    {
        var slots = journal.Labels.Where(l => l.StartsWith(name + ":", StringComparison.Ordinal)).Select(l => long.Parse(l.AsSpan(name.Length + 1), System.Globalization.CultureInfo.InvariantCulture)).Order().ToArray();
        if (slots.Length == 0 || slots.Length != schedule.Runs || slots[^1] - slots[0] != slots.Length - 1 || schedule.LastSlot?.ToUnixTimeSeconds() != slots[^1])
            return Found($"slots broken: {name} was fired {schedule.Runs} times, the last for {schedule.LastSlot:o}; {slots.Length} slots ran, {(slots.Length == 0 ? "" : $"from {slots[0]} to {slots[^1]}")}");
        return 0;
    }

    private bool IsBroken(string[] labels)
    {
        long ended = 0;
        foreach (var label in labels)
        {
            var runs = journal.Of(label);
            var begin = runs.Where(r => !r.IsEnd).Select(r => r.Ticks).DefaultIfEmpty(long.MinValue).Min();
            if (begin <= ended)
            {
                Found($"chain broken: step {label} of {labels[0]}..{labels[^1]} {(begin == long.MinValue ? "never began" : "began before the one in front of it had ended")}");
                return true;
            }

            ended = runs.Where(r => r.IsEnd).Select(r => r.Ticks).DefaultIfEmpty(long.MaxValue).Min();
        }

        return false;
    }

    /// <summary>A worker's end repeats what it had begun and what was not acknowledged yet; a task that hangs ends its worker too.</summary>
    private (long Repeated, long Unexplained) Runs(int ends)
    {
        const int mostForOne = 600;
        long repeated = 0, unexplained = 0;
        foreach (var label in workload.Expected.Select(e => e.Label).Concat(workload.Chains.SelectMany(c => c)))
        {
            var attempts = journal.Attempts(label);
            repeated += Math.Max(0, attempts.Count - 1);
            if (attempts.Count > ends + 1)
                unexplained += Found($"unexplained run: {label} began {attempts.Count} times");
        }

        if (repeated > ends * mostForOne)
            unexplained += Found($"unexplained runs: {repeated} repetitions by {ends} ends of processes");
        return (repeated, unexplained);
    }

    private int Found(string example)
    {
        if (_examples.Count < ExamplesKept)
            _examples.Add(example);
        return 1;
    }
}
