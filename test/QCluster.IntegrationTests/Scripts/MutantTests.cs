using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Redis;
using QCluster.Wire.Packets;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Each scenario is right with the script and wrong without one of its checks: so the check is needed, and seen to be there.</summary>
public sealed class MutantTests : BrokerFixture
{
    [Test]
    public Task Enqueue_without_checking_for_a_record_runs_a_finished_task_again() => NeedsAsync("enqueue", "call('EXISTS', unpack(records)) > 0", "false", async (queue, script) =>
    {
        var task = await FinishedAsync(queue);
        await EnqueueAsync(queue, script, task);
        return (await queue.WaitingAsync()).Length == 0;
    });

    [Test]
    public Task Enqueue_without_checking_for_a_state_makes_two_tasks_of_one() => NeedsAsync("enqueue", "call('HSETNX', P .. 's:' .. sub(id, 7, 15), id, state_of(seq)) == 1", "true", async (queue, script) =>
    {
        var task = TestTask.New();
        for (var i = 0; i < 2; i++) await EnqueueAsync(queue, script, task);
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Enqueue_without_checking_states_of_a_batch_makes_two_tasks_of_one() => NeedsAsync("enqueue", "known = known or state", "known = false", async (queue, script) =>
    {
        var tasks = TestTask.Many(64);
        for (var i = 0; i < 2; i++) await EnqueueAsync(queue, script, tasks);
        return (await queue.WaitingAsync()).Length == 64;
    });

    [Test]
    public Task Enqueue_without_checking_the_limit_exceeds_it() => NeedsAsync("enqueue", "if head[2] and mode ~= 'x' then", "if false then", async (queue, script) =>
    {
        await queue.Cluster.LimitAsync(1, CancellationToken.None);
        foreach (var task in TestTask.Many(2)) await EnqueueAsync(queue, script, task);
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Enqueue_without_recognising_its_tasks_refuses_a_repeated_call() => NeedsAsync("enqueue", "if redis.call('EXISTS', P .. 'r:' .. id) == 0 and redis.call('HEXISTS', P .. 's:' .. string.sub(id, 7, 15), id) == 0 then", "if true then", async (queue, script) =>
    {
        await queue.Cluster.LimitAsync(1, CancellationToken.None);
        var task = TestTask.New();
        await EnqueueAsync(queue, script, task);
        return (await RunAsync(queue, script, queue.Keys.List(5), queue.Keys.Prefix, 5, task.Element)).ToString() == "0";
    });

    [Test]
    public Task Enqueue_without_the_mode_of_a_call_refuses_follow_ups() => NeedsAsync("enqueue", "if head[2] and mode ~= 'x' then", "if head[2] then", async (queue, script) =>
    {
        await queue.Cluster.LimitAsync(1, CancellationToken.None);
        foreach (var task in TestTask.Many(2))
            await RunAsync(queue, script, queue.Keys.List(5), queue.Keys.Prefix, "5x;", task.Element);
        return (await queue.WaitingAsync()).Length == 2;
    });

    [Test]
    public Task Enqueue_without_the_number_of_the_call_takes_a_part_of_it() => NeedsAsync("enqueue", "local admitted = total > 0 and 0 or i - from", "local admitted = i - from", async (queue, script) =>
    {
        await queue.Cluster.LimitAsync(2, CancellationToken.None);
        await RunAsync(queue, script, queue.Keys.List(5), [queue.Keys.Prefix, "5a3;", .. TestTask.Many(3).Select(t => (RedisValue)t.Element)]);
        return (await queue.WaitingAsync()).Length == 0;
    });

    [Test]
    public Task Enqueue_that_takes_the_unique_key_of_a_refused_task_loses_the_next_one() => NeedsAsync("enqueue", "if holder or looks then", "if holder then", async (queue, script) =>
    {
        await queue.Cluster.LimitAsync(1, CancellationToken.None);
        await EnqueueAsync(queue, script, TestTask.New());
        await EnqueueAsync(queue, script, Limited(f => f.AddUnique("k", null)));
        return await queue.NumberAsync("EXISTS", queue.Key("u:k")) == 0;
    });

    [Test]
    public Task Enqueue_delayed_without_checking_the_limit_exceeds_it() => NeedsAsync("enqueue_delayed", "if limit then full, admitted =", "if false then full, admitted =", async (queue, script) =>
    {
        await queue.Cluster.LimitAsync(1, CancellationToken.None);
        foreach (var task in TestTask.Many(2))
            await RunAsync(queue, script, queue.Keys.Delayed, queue.Keys.Prefix, 5, "in", 60_000, task.Element);
        return await queue.NumberAsync("ZCARD", queue.Keys.Delayed) == 1;
    });

    [Test]
    public Task Chain_start_without_checking_the_limit_exceeds_it() => NeedsAsync("chain_start", "if room < 1 then return refusal(length, tonumber(limit), 0) end", "", async (queue, script) =>
    {
        await queue.Cluster.LimitAsync(1, CancellationToken.None);
        await queue.AddAsync();
        var chain = Guid.NewGuid().ToByteArray();
        var step = TestTask.New();
        await queue.RawAsync("RPUSH", queue.Key("cl:").Append(chain), (byte[])[(byte)'5', 0, 0, 0, 0, 0, 0, .. step.Element]);
        await RunAsync(queue, script, queue.Keys.Chain(chain), queue.Keys.Prefix, chain, 1, "0", 60_000, "g", "");
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Enqueue_delayed_without_checking_for_a_state_moves_the_due_time() => NeedsAsync("enqueue_delayed", "and redis.call('HSETNX', P .. 's:' .. string.sub(id, 7, 15), id, 'd' .. priority) == 1", "and redis.call('HSET', P .. 's:' .. string.sub(id, 7, 15), id, 'd' .. priority)", async (queue, script) =>
    {
        var task = TestTask.New();
        foreach (var due in new[] { 4_102_444_800_000, 4_102_444_900_000 })
            await RunAsync(queue, script, queue.Keys.Delayed, queue.Keys.Prefix, 5, "at", due, task.Element);
        return (await queue.LookupAsync(task)).Due == DateTimeOffset.FromUnixTimeMilliseconds(4_102_444_800_000);
    });

    [Test]
    public Task Ack_without_the_deletion_as_its_proof_counts_an_outcome_twice() => NeedsAsync("ack", "if whole then redis.call('HDEL', KEYS[1], unpack(fields)) end", "", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        for (var i = 0; i < 2; i++)
            await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 3, 1, task.Attempt, "x");
        return (await queue.SizesAsync()).Succeeded == 1;
    });

    [Test]
    public Task Ack_without_checking_for_duplicates_counts_an_outcome_twice() => NeedsAsync("ack", "if not element or seen[fields[k]] then", "if not element then", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 3, 2, task.Attempt, "x", task.Attempt, "x");
        return (await queue.SizesAsync()).Succeeded == 1;
    });

    [Test]
    public Task Ack_without_checking_the_hash_saves_outcomes_of_fenced_workers() => NeedsAsync("ack", "if element and (whole or redis.call('HDEL', KEYS[1], fields[k]) == 1) then", "if true then", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, task);
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 3, 1, task.Attempt, "x");
        return await queue.HasStateAsync(task);
    });

    [Test]
    public Task Ack_without_checking_others_fails_tasks_of_another_cluster() => NeedsAsync("ack", "redis.call('SISMEMBER', P .. 'fn:' .. cluster, func) == 1", "false", async (queue, script) =>
    {
        await queue.BeatAsync();
        await queue.BeatAsync("cluster-2");
        await UnknownFunctionTests.TellAsync(queue, "cluster-2", "new");
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 9, 1, task.Attempt, UnknownFunctionTests.OutcomeOf("new", "x"));
        return (await queue.LookupAsync(task)).Place == TaskPlace.Delayed;
    });

    [Test]
    public Task Ack_without_checking_starting_clusters_fails_their_tasks() => NeedsAsync("ack", "redis.call('EXISTS', P .. 'fs:' .. cluster) == 1", "false", async (queue, script) =>
    {
        await queue.BeatAsync();
        await queue.BeatAsync("cluster-2");
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 9, 1, task.Attempt, UnknownFunctionTests.OutcomeOf("new", "x"));
        return (await queue.LookupAsync(task)).Place == TaskPlace.Delayed;
    });

    [Test]
    public Task Ack_without_excluding_its_own_cluster_defers_a_task_for_ever() => NeedsAsync("ack", "if cluster ~= own then", "if true then", async (queue, script) =>
    {
        await queue.BeatAsync();
        await queue.BeatAsync("cluster-2");
        await UnknownFunctionTests.TellAsync(queue, "cluster-1", "new");
        await UnknownFunctionTests.TellAsync(queue, "cluster-2", "old");
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 9, 1, task.Attempt, UnknownFunctionTests.OutcomeOf("new", "x"));
        return (await queue.LookupAsync(task)).Place == TaskPlace.Finished;
    });

    [Test]
    public Task Ack_without_excluding_dead_clusters_defers_a_task_for_ever() => NeedsAsync("ack", "string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), '+inf')) do\n      if cluster", "'-inf', '+inf')) do\n      if cluster", async (queue, script) =>
    {
        await queue.BeatAsync();
        await queue.BeatAsync("cluster-2");
        await UnknownFunctionTests.TellAsync(queue, "cluster-2", "new");
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await queue.RawAsync("ZADD", queue.Keys.Heartbeats, 1, "cluster-2");
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 9, 1, task.Attempt, UnknownFunctionTests.OutcomeOf("new", "x"));
        return (await queue.LookupAsync(task)).Place == TaskPlace.Finished;
    });

    [Test]
    public Task Claim_without_checking_registration_serves_a_fenced_worker() => NeedsAsync("claim", "redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1]", "true", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        await queue.AddAsync();
        await queue.FenceAndReclaimAsync(worker, ReclaimDecision.Back);
        await RunAsync(queue, script, queue.Keys.Registrations, queue.Keys.Prefix, 4096, 0, worker.Incarnation, worker.Registration, "1:1:1:1");
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Claim_without_checking_for_a_pause_hands_out_a_paused_queue() => NeedsAsync("claim", "if is_there('pz') then", "if false then", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        await queue.AddAsync();
        await queue.RawAsync("SET", queue.Keys.Paused, "1");
        await RunAsync(queue, script, queue.Keys.Registrations, queue.Keys.Prefix, 4096, 0, worker.Incarnation, worker.Registration, "1:1:1:1");
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Claim_without_checking_for_cancelled_tasks_runs_them() => NeedsAsync("claim", "local cancelled = is_there('cx')", "local cancelled = false", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        await queue.AddAsync();
        await queue.CancelAsync(await queue.AddAsync());
        await RunAsync(queue, script, queue.Keys.Registrations, queue.Keys.Prefix, 4096, 0, worker.Incarnation, worker.Registration, "2:2:2:2");
        return (await queue.SizesAsync()).Running == 1;
    });

    [Test]
    public Task Resync_without_a_new_epoch_lets_a_late_claim_in() => NeedsAsync("resync", "string.format('%.0f', epoch + 1)", "epoch", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        await queue.AddAsync();
        await RunAsync(queue, script, queue.Keys.Registrations, queue.Keys.Prefix, worker.Incarnation);
        await queue.ClaimAsync(worker.Wants(1));
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Reclaim_without_checking_the_hash_fails_a_task_of_another_worker() => NeedsAsync("reclaim", "local element = redis.call('HGET', inflight, ARGV[i])", "local element = redis.call('HGET', inflight, ARGV[i]) or string.char(1)", async (queue, script) =>
    {
        var gone = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(gone, 1);
        await queue.FenceAndReclaimAsync(gone, ReclaimDecision.Back, task);
        await queue.TakeAsync(await queue.WorkerAsync(), 1);
        await RunAsync(queue, script, queue.Keys.Registrations, queue.Keys.Prefix, gone.Incarnation, task.Attempt, "F", "x", 60_000);
        return await queue.HasStateAsync(task);
    });

    [Test]
    public Task Release_without_checking_the_hash_returns_a_task_twice() => NeedsAsync("release", "redis.call('HDEL', KEYS[1], ARGV[i])", "", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        for (var i = 0; i < 2; i++) await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, task.Attempt);
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Release_without_checking_isolation_puts_a_task_beside_others() => NeedsAsync("release", "local lane = priority_of(id)", "local lane = '5'", async (queue, script) =>
    {
        await queue.AddAsync();
        await queue.IsolateAsync(TestTask.Of(await HeadAsync(queue)));
        var worker = await queue.WorkerAsync();
        var taken = TestTask.OfBlock((await queue.ClaimAsync(worker.WantsIsolated())).Tasks[0]!)[0];
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, taken.Attempt);
        return (await queue.WaitingAsync()).Length == 0;
    });

    [Test]
    public Task Release_without_checking_for_a_cancel_runs_a_cancelled_task() => NeedsAsync("release", "if ends_here(element) then return end", "", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await queue.CancelAsync(task);
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, task.Attempt);
        return (await queue.WaitingAsync()).Length == 0;
    });

    [Test]
    public Task Cancel_without_checking_for_a_live_worker_reaches_nobody() => NeedsAsync("cancel", "if fence == '!' or not redis.call('ZSCORE', P .. 'c', cluster) then", "if false then", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await queue.Cluster.LeaveAsync(worker.Cluster, CancellationToken.None);
        var id = task.Id.ToBytes();
        return (string)(await RunAsync(queue, script, queue.Keys.Record(id), queue.Keys.Prefix, id, "x", 60_000, queue.Keys.CancelChannelPrefix))! == "cancelled";
    });

    [Test]
    public Task Lookup_without_checking_the_list_reports_running_tasks_as_waiting() => NeedsAsync("lookup", "if element and string.sub(element, 5, 20) == id then", "if element then", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        var tasks = await queue.AddManyAsync(3);
        await queue.TakeAsync(worker, 3);
        await queue.ReleaseAsync(worker, tasks[0]);
        var id = tasks[2].Id.ToBytes();
        var reply = (RedisResult[])(await RunAsync(queue, script, queue.Keys.Record(id), queue.Keys.Prefix, id, ""))!;
        return (string)reply[0]! == "f";
    });

    [Test]
    public Task Chain_advance_without_checking_position_enqueues_out_of_turn() => NeedsAsync("chain_advance", "if tonumber(info[1]) ~= step then return end", "", async (queue, script) =>
    {
        var id = TaskId.New(TaskId.DefaultQueue, TimeProvider.System);
        var chain = id.ToBytes();
        var steps = TestTask.Many(3);
        await queue.Scripts.Chains.LoadAsync(id, 0, steps.Select(s => (byte[])[(byte)'5', (byte)'-', 0, 0, 0, 0, 0, .. s.Element]), CancellationToken.None);
        await queue.Scripts.Chains.StartAsync(id, 3, false, TimeSpan.FromMinutes(1), "g", [], CancellationToken.None);
        for (var i = 0; i < 2; i++)
            await RunAsync(queue, script, queue.Keys.Chain(chain), queue.Keys.Prefix, chain, 0, "3", steps[0].Id.ToBytes(), "mail", 60_000, "record");
        return (await queue.WaitingAsync()).Length == 2;
    });

    [Test]
    public Task Chain_load_without_checking_the_length_adds_steps_twice() => NeedsAsync("chain_load", "if length == tonumber(ARGV[3]) then", "if true then", async (queue, script) =>
    {
        for (var i = 0; i < 2; i++)
            await RunAsync(queue, script, queue.Keys.Chain("c"u8), queue.Keys.Prefix, "c", 0, "step");
        return await queue.NumberAsync("LLEN", queue.Key("cl:c")) == 1;
    });

    [Test]
    public Task Archived_without_checking_the_entry_drops_an_unsaved_one() => NeedsAsync("archived", "redis.call('LINDEX', KEYS[1], -1) == ARGV[i]", "true", async (queue, script) =>
    {
        await queue.RawAsync("RPUSH", queue.Keys.Saved(3), "later", "first");
        for (var i = 0; i < 2; i++)
            await RunAsync(queue, script, queue.Keys.Saved(3), queue.Keys.Prefix, 1000, "first");
        return await queue.NumberAsync("LLEN", queue.Keys.Saved(3)) == 1;
    });

    [Test]
    public Task Member_search_by_index_misses_tasks_that_moved_forward() => NeedsAsync("group_pending", "tonumber(at) - head", "tonumber(at)", async (queue, script) =>
    {
        await using var client = new QClusterClient(new QClusterOptions { Name = queue.Name, Redis = Server.Endpoint });
        await client.AsyncBulk(Enumerable.Repeat(new TaskCall("math.floor", 1.5), 600));
        await client.AsyncBulk(Enumerable.Repeat(new TaskCall("math.floor", 1.5), 10), new TaskOptions { Group = "g" });
        var worker = await queue.WorkerAsync();
        var found = 0;
        var wereTaken = false;
        for (var part = "9:"; part.Length > 0;)
        {
            var reply = (RedisResult[])(await RunAsync(queue, script, queue.Key("gi:g"), queue.Keys.Prefix, "g", part))!;
            (part, found) = ((string)reply[0]!, found + reply.Length - 1);
            if (!wereTaken && part is ['5', ':', _, ..])
            {
                wereTaken = true;
                await queue.TakeAsync(worker, 400);
            }
        }

        return wereTaken && found == 10;
    });

    [Test]
    public void A_mutant_whose_check_is_not_in_the_script_fails_its_test()
    {
        using var isolated = new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext();
        Assert.That(() => ScriptMutant.Of("ack", "no such text", ""), Throws.InstanceOf<AssertionException>());
    }

    [Test]
    public Task Firing_without_checking_the_due_time_fires_an_occurrence_twice() => NeedsAsync("schedule_fire", "if not due or tonumber(due) ~= tonumber(ARGV[3]) then return 0 end", "", async (queue, script) =>
    {
        await queue.RawAsync("HSET", queue.Key("sc"), "s", "d");
        await queue.RawAsync("ZADD", queue.Key("sd"), 1000, "s");
        for (var i = 0; i < 2; i++)
            await RunAsync(queue, script, queue.Key("sd"), queue.Keys.Prefix, "s", 1000, 2000, (byte[])[(byte)'5', .. TestTask.New().Element], 1000, "", 2000, "", "");
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Firing_without_checking_the_previous_task_runs_two_at_a_time() => NeedsAsync("schedule_fire", "ARGV[7] == 'skip' and unfinished(redis.call('HGET', key, 'id'))", "false", async (queue, script) =>
    {
        await FireTwoAsync(queue, script, "skip", "", "");
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Firing_without_checking_for_the_class_enqueues_unrunnable_tasks() => NeedsAsync("schedule_fire", "if served == 'no' then", "if false then", async (queue, script) =>
    {
        await FireTwoAsync(queue, script, "", "gone", "");
        return (await queue.WaitingAsync()).Length == 0;
    });

    [Test]
    public Task Firing_without_waiting_for_announcements_enqueues_too_early() => NeedsAsync("schedule_fire", "if served == 'maybe' then return 4 end", "", async (queue, script) =>
    {
        await queue.Cluster.HeartbeatAsync("starting", TimeSpan.FromMinutes(1), [], true, [], CancellationToken.None);
        await FireTwoAsync(queue, script, "", "unknown", "");
        return (await queue.WaitingAsync()).Length == 0;
    });

    [Test]
    public Task Firing_without_checking_missed_occurrences_floods_the_queue() => NeedsAsync("schedule_fire", "if ahead >= tonumber(ARGV[10]) and unfinished(known[2]) then return 4 end", "", async (queue, script) =>
    {
        await FireTwoAsync(queue, script, "", "", "1");
        return (await queue.WaitingAsync()).Length == 1;
    });

    [Test]
    public Task Putting_without_checking_what_was_seen_undoes_another_change() => NeedsAsync("schedule_put", "if known ~= ARGV[5] then return 0 end", "", async (queue, script) =>
    {
        await RunAsync(queue, script, queue.Key("sc"), queue.Keys.Prefix, "s", "one", 1000, "");
        await RunAsync(queue, script, queue.Key("sc"), queue.Keys.Prefix, "s", "two", 2000, "");
        return await queue.NumberAsync("ZSCORE", queue.Key("sd"), "s") == 1000;
    });

    [Test]
    public Task Putting_without_comparing_restarts_an_unchanged_schedule() => NeedsAsync("schedule_put", "if known == ARGV[3] then", "if false then", async (queue, script) =>
    {
        await RunAsync(queue, script, queue.Key("sc"), queue.Keys.Prefix, "s", "one", 1000, "");
        await RunAsync(queue, script, queue.Key("sc"), queue.Keys.Prefix, "s", "one", 2000, "one");
        return await queue.NumberAsync("ZSCORE", queue.Key("sd"), "s") == 1000;
    });

    [Test]
    public Task Putting_without_checking_for_a_pause_resumes_a_paused_schedule() => NeedsAsync("schedule_put", "elseif redis.call('HEXISTS', key, 'paused') == 0 then", "else", async (queue, script) =>
    {
        await queue.RawAsync("HSET", queue.Key("sx:s"), "paused", "1");
        await RunAsync(queue, script, queue.Key("sc"), queue.Keys.Prefix, "s", "one", 1000, "");
        return await queue.NumberAsync("EXISTS", queue.Key("sd")) == 0;
    });

    [Test]
    public Task Dropping_without_checking_what_was_seen_loses_an_occurrence() => NeedsAsync("schedule_change", "if verb == 'drop' and ((redis.call('ZSCORE', P .. 'sd', name) or '') ~= ARGV[4] or (redis.call('HGET', key, 'runs') or '0') ~= ARGV[5]) then return 0 end", "", async (queue, script) =>
    {
        await queue.RawAsync("HSET", queue.Key("sc"), "s", "d");
        await queue.RawAsync("ZADD", queue.Key("sd"), 2000, "s");
        await RunAsync(queue, script, queue.Key("sc"), queue.Keys.Prefix, "s", "drop", 1000, 0);
        return await queue.NumberAsync("EXISTS", queue.Key("sc")) == 1;
    });

    [Test]
    public Task Noting_without_checking_the_due_time_blames_a_fired_schedule() => NeedsAsync("schedule_note", "if not due or tonumber(due) ~= tonumber(ARGV[3]) then return 0 end", "", async (queue, script) =>
    {
        await queue.RawAsync("ZADD", queue.Key("sd"), 2000, "s");
        await RunAsync(queue, script, queue.Key("sd"), queue.Keys.Prefix, "s", 1000, "unreadable");
        return await queue.NumberAsync("EXISTS", queue.Key("sx:s")) == 0;
    });

    [Test]
    public Task Claiming_a_home_without_the_expected_one_gives_a_class_two() => NeedsAsync("periodic_home", "and home == ARGV[i + 2]", "", async (queue, script) =>
    {
        await RunAsync(queue, script, queue.Key("ph"), queue.Keys.Prefix, "class", "default", "");
        var home = (string[])(await RunAsync(queue, script, queue.Key("ph"), queue.Keys.Prefix, "class", "mail", ""))!;
        return home[0] == "default";
    });

    /// <summary>Two slots of one schedule, the second while the task of the first waits.</summary>
    private static async Task FireTwoAsync(TestQueue queue, RedisScript script, string overlap, string needs, string backlog)
    {
        await queue.RawAsync("HSET", queue.Key("sc"), "s", "d");
        await queue.RawAsync("ZADD", queue.Key("sd"), 1000, "s");
        for (var due = 1000; due < 3000; due += 1000)
            await RunAsync(queue, script, queue.Key("sd"), queue.Keys.Prefix, "s", due, due + 1000, (byte[])[(byte)'5', .. TestTask.New().Element], due, overlap, due + 1000, needs, backlog);
    }

    [Test]
    public Task Ending_without_releasing_a_permit_blocks_the_next_task() => NeedsAsync("ack", "if redis.call('SREM', P .. 'lc:' .. key, string.sub(element, 5, 20)) == 1 and", "if false and", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        await queue.EnqueueAsync(Limited(f => f.AddConcurrency(1, "k")), Limited(f => f.AddConcurrency(1, "k")));
        var first = (await queue.TakeAsync(worker, 5)).Single();
        await RunAsync(queue, script, queue.Keys.InFlight(worker.Incarnation), queue.Keys.Prefix, worker.Incarnation, 60_000, 3, 1, first.Attempt, "x");
        return (await queue.TakeAsync(worker, 5)).Count == 1;
    });

    [Test]
    public Task Claim_without_checking_the_rate_starts_too_many_tasks() => NeedsAsync("claim", "if at - tolerance > now() or (not come_back[id]", "if false or (not come_back[id]", async (queue, script) =>
    {
        var worker = await queue.WorkerAsync();
        await queue.EnqueueAsync([.. Enumerable.Range(0, 5).Select(_ => Limited(f => f.AddRate(new RateLimit(1, TimeSpan.FromHours(1)), "r")))]);
        await RunAsync(queue, script, queue.Keys.Registrations, queue.Keys.Prefix, TestQueue.MaxElementSize, 0, worker.Incarnation, worker.Registration, "5:5:5:5");
        return (await queue.SizesAsync()).Running == 1;
    });

    private static TestTask Limited(Action<FollowUps> add)
    {
        var task = TestTask.New();
        var followUps = new FollowUps();
        add(followUps);
        return task with { Element = followUps.ApplyTo(task.Element) };
    }

    private async Task NeedsAsync(string name, string check, string replacement, Func<TestQueue, RedisScript, Task<bool>> isRight)
    {
        Assert.That(await isRight(Queue, RedisScript.Load(name)), Is.True, "as it is");
        await using var other = new TestQueue(Server.Endpoint);
        Assert.That(await isRight(other, ScriptMutant.Of(name, check, replacement)), Is.False, "without the check");
    }

    private static async Task<TestTask> FinishedAsync(TestQueue queue)
    {
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        await queue.TakeAsync(worker, 1);
        await queue.AckAsync(worker, task);
        return task;
    }

    private static async Task<byte[]> HeadAsync(TestQueue queue) => (byte[])(await queue.RawAsync("LINDEX", queue.Keys.List(5), 0))!;

    private static Task EnqueueAsync(TestQueue queue, RedisScript script, params TestTask[] tasks) =>
        RunAsync(queue, script, queue.Keys.List(5), [queue.Keys.Prefix, 5, .. tasks.Select(t => (RedisValue)t.Element)]);

    private static Task<RedisResult> RunAsync(TestQueue queue, RedisScript script, RedisKey key, params RedisValue[] arguments) =>
        queue.Connection.ScriptAsync(script, [key], arguments, RetryMode.Idempotent);
}
