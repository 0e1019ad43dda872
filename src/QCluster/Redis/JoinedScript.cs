using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>
/// Joins the calls of one script for many queues into one command while another one is under way. A single call is sent at once. A process that polls many
/// queues at the same moments so needs one call, not one per queue.
/// </summary>
/// <remarks>Queues are in different slots of a Redis Cluster, which accepts no command for several of them: there each call is sent separately.</remarks>
/// <param name="connection">The connection.</param>
/// <param name="script">The script; it has one key, and is safe to repeat.</param>
internal sealed class JoinedScript(RedisConnection connection, RedisScript script)
{
    /// <summary>The script runs as a whole, and no other meanwhile.</summary>
    private const int MaxBatch = 32;

    private readonly RedisScript _joined = new(script.Name + " of several queues", Join(script.Text));
    private readonly Lock _gate = new();
    private readonly Queue<Call> _waiting = new();
    private bool _isUnderWay;
    private volatile bool _isApart;

    /// <summary>Runs the script.</summary>
    /// <exception cref="BrokerException">See <see cref="BrokerProblem"/>.</exception>
    public Task<RedisResult> RunAsync(RedisKey key, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        if (_isApart || connection.IsClustered)
            return AloneAsync(key, arguments, cancellationToken);
        var call = new Call(key, arguments);
        call.Done.Task.ObserveFault();
        lock (_gate)
        {
            _waiting.Enqueue(call);
            if (_isUnderWay)
                return call.Done.Task.WaitAsync(cancellationToken);
            _isUnderWay = true;
        }

        SendAllAsync().ObserveFault();
        return call.Done.Task.WaitAsync(cancellationToken);
    }

    private Task<RedisResult> AloneAsync(RedisKey key, RedisValue[] arguments, CancellationToken cancellationToken) =>
        connection.ScriptAsync(script, [key], arguments, RetryMode.Idempotent, cancellationToken);

    private async Task SendAllAsync()
    {
        // Those who call at the same moment come with it.
        await Task.Yield();
        while (Take() is { } batch)
        {
            try
            {
                await SendAsync(batch).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // It is given to those who wait for this batch.
            catch (Exception error)
#pragma warning restore CA1031
            {
                foreach (var call in batch)
                    call.Done.TrySetException(error);
            }
        }
    }

    private List<Call>? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isUnderWay = false;
                return null;
            }

            var batch = new List<Call>(Math.Min(_waiting.Count, MaxBatch));
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out var call))
                batch.Add(call);
            return batch;
        }
    }

    private async Task SendAsync(List<Call> batch)
    {
        if (batch.Count == 1 || _isApart || connection.IsClustered)
        {
            await ApartAsync(batch).ConfigureAwait(false);
            return;
        }

        RedisResult[] results;
        try
        {
            var arguments = new List<RedisValue>();
            foreach (var call in batch)
            {
                arguments.Add(call.Arguments.Length);
                arguments.AddRange(call.Arguments);
            }

            results = (RedisResult[])(await connection.ScriptAsync(_joined, [.. batch.Select(c => c.Key)], [.. arguments], RetryMode.Idempotent).ConfigureAwait(false))!;
        }
        catch (BrokerException error) when (error.Problem == BrokerProblem.Other && error.Message.Contains(RedisReplies.CrossSlot, StringComparison.Ordinal))
        {
            _isApart = true;
            await ApartAsync(batch).ConfigureAwait(false);
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            // A failure of one queue must not affect the others, and a separate call gives the best error.
            // An error inside a reply would cost the connection: the library does not read it.
            if ((RedisResult[])results[i]! is [var ok, var result] && (int)ok == 1)
                batch[i].Done.TrySetResult(result);
            else
                await ApartAsync([batch[i]]).ConfigureAwait(false);
        }
    }

    private Task ApartAsync(List<Call> batch) => Task.WhenAll(batch.Select(async call =>
    {
        try
        {
            call.Done.TrySetResult(await AloneAsync(call.Key, call.Arguments, CancellationToken.None).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // It is given to whoever waits for it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            call.Done.TrySetException(error);
        }
    }));

    private static string Join(string text) =>
        "local function one(KEYS, ARGV)\n" + text + """

        end
        local results, at = {}, 1
        for i = 1, #KEYS do
          local arguments = {}
          for k = 1, tonumber(ARGV[at]) do arguments[k] = ARGV[at + k] end
          at = at + 1 + #arguments
          local ok, result = pcall(one, { KEYS[i] }, arguments)
          results[i] = ok and { 1, result == nil and false or result } or { 0 }
        end
        return results
        """;

    private sealed record Call(RedisKey Key, RedisValue[] Arguments)
    {
        public TaskCompletionSource<RedisResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
