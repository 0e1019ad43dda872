using System.Globalization;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Threading;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.Hosting.Pusher;

/// <summary>
/// One wait, over one connection, for the tokens of every queue whose tasks of certain classes have room. Queues come and go while it waits: one that is to be
/// waited for and is not yet ends the wait with a token of the pusher's own, and the next wait has it.
/// </summary>
/// <param name="members">What may be waited for.</param>
/// <param name="interrupt">The pusher's own token; null for a single member, which never needs it.</param>
/// <param name="blocking">For waiting.</param>
/// <param name="connection">For everything else.</param>
/// <param name="host">The pusher.</param>
/// <param name="logger">Where failures go.</param>
/// <param name="time">The clock of the looks.</param>
/// <param name="stopping">Ends every wait.</param>
internal sealed class WakeWatch(
    IReadOnlyList<WakeMember> members,
    RedisKey? interrupt,
    RedisBlockingConnection blocking,
    RedisConnection connection,
    IWakeHost host,
    ILogger logger,
    TimeProvider time,
    CancellationToken stopping) : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);
    private static readonly RedisScript InterruptScript = RedisScript.Load("interrupt");
    private static readonly RedisScript ForcedScript = RedisScript.Load("forced");

    private readonly Dictionary<string, WakeMember> _byToken = members.SelectMany(m => m.Group.Tokens.Select(token => (token, m))).ToDictionary(pair => pair.token, pair => pair.m, StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly TimeSpan _longest = members[0].Group.LongestWatch;
    private bool _isWaiting;
    private bool _isInterrupted;
    private int _first;
    private long _lookedAt = time.Ticks();

    public IReadOnlyList<WakeMember> Members => members;

    /// <summary>Sees to it that everything wanted is waited for.</summary>
    public void Watch(Func<WakeGroup, bool> isWanted)
    {
        List<WakeMember>? wanted = null;
        foreach (var member in members)
        {
            if (isWanted(member.Group))
                (wanted ??= []).Add(member);
        }

        if (wanted is null)
            return;
        lock (_gate)
        {
            if (_isWaiting)
            {
                if (_isInterrupted || wanted.TrueForAll(m => m.Group.IsWatched))
                    return;
                _isInterrupted = true;
                Background.Watch(InterruptAsync());
                return;
            }

            _isWaiting = true;
            foreach (var member in wanted)
                member.Group.IsWatched = true;
        }

        Background.Watch(WaitAsync(wanted));
    }

    private async Task WaitAsync(List<WakeMember> watched)
    {
        try
        {
            var token = await blocking.ExecuteAsync("BLPOP", Arguments(watched, out var most), most, stopping).ConfigureAwait(false);
            if (!token.IsNull && _byToken.TryGetValue((string)((RedisResult[])token!)[0]!, out var member))
                await TakeAsync(member, (string)((RedisResult[])token!)[0]!).ConfigureAwait(false);
            if (time.Ticks() - _lookedAt >= (long)_longest.TotalMilliseconds)
            {
                // What was taken does not wait for the looks.
                host.Signal();
                await LookAsync(watched).ConfigureAwait(false);
            }
        }
        catch (BrokerException e) when (members.Count > 1 && e.Message.Contains(RedisReplies.CrossSlot, StringComparison.Ordinal))
        {
            // The groups stay marked as watched until the host has made new watches of them.
            host.Split(this);
            return;
        }
        catch (BrokerException e)
        {
            PusherLog.WatchFailed(logger, string.Join(", ", watched.Take(3).Select(m => m.Queue.Broker.Keys.Queue)), e.Message);
            await Task.WhenAny(Task.Delay(PauseAfterFailure, time, stopping)).ConfigureAwait(false);
            foreach (var member in watched.Where(m => host.HasRoom(m.Group)))
                member.Group.MayHaveTasks = true;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var member in watched)
                member.Group.IsWatched = false;
            _isWaiting = false;
            _isInterrupted = false;
        }

        host.Signal();
    }

    /// <summary>Redis gives the first token it finds: each wait begins behind the queue that had the last one, so that none is passed over for long.</summary>
    private object[] Arguments(List<WakeMember> watched, out TimeSpan most)
    {
        var left = (long)_longest.TotalMilliseconds - (time.Ticks() - _lookedAt);
        most = TimeSpan.FromMilliseconds(Math.Max(left, 50));
        var from = Math.Max(0, watched.FindIndex(m => m.Queue.Index >= _first));
        var arguments = new List<object>(2 + (watched.Count * 3));
        if (interrupt is { } own)
            arguments.Add((string)own!);
        for (var i = 0; i < watched.Count; i++)
            arguments.AddRange(watched[(from + i) % watched.Count].Group.Tokens);
        arguments.Add(most.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
        return [.. arguments];
    }

    private async Task TakeAsync(WakeMember member, string token)
    {
        _first = member.Queue.Index + 1;
        member.Group.MayHaveTasks = true;
        if (member.Group.IsIsolated)
            host.AskForProcess();
        // There may be room elsewhere.
        if (!host.HasRoom(member.Group))
            await connection.ScriptAsync(ForcedScript, [token], ["LPUSH", "1"], RetryMode.Idempotent, stopping).ConfigureAwait(false);
    }

    /// <summary>A token is lost with its taker, and of what is due later there is none.</summary>
    private async Task LookAsync(List<WakeMember> watched)
    {
        _lookedAt = time.Ticks();
        await Task.WhenAll(watched.Where(m => host.HasRoom(m.Group)).Select(LookAsync)).ConfigureAwait(false);
    }

    private async Task LookAsync(WakeMember member)
    {
        var due = await member.Queue.Broker.LookAsync(stopping).ConfigureAwait(false);
        if (due == 0)
            member.Group.MayHaveTasks = true;
        else
            member.Queue.LookAgainIn(due);
    }

    private async Task InterruptAsync()
    {
        try
        {
            await connection.ScriptAsync(InterruptScript, [interrupt!.Value], [], RetryMode.Idempotent, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            // The wait ends by itself before long.
            lock (_gate)
                _isInterrupted = false;
        }
    }

    public ValueTask DisposeAsync() => blocking.DisposeAsync();
}
