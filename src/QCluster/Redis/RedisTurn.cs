using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>The turn of a call among others that must run in order.</summary>
/// <param name="before">The previous call; null for the first.</param>
internal sealed class RedisTurn(RedisTurn? before)
{
    private RedisLink? _sentOver;

    public bool IsFirst => before is null;

    /// <summary>The call itself. Set once it has been started.</summary>
    public Task<RedisResult>? Done { get; set; }

    /// <summary>The connection that it was last sent over.</summary>
    public RedisLink? SentOver
    {
        get => Volatile.Read(ref _sentOver);
        set => Volatile.Write(ref _sentOver, value);
    }

    /// <summary>Over one connection calls run in the order in which they were sent; over another one the previous call may still have to be sent again.</summary>
    public bool MustWait(RedisLink link, bool isRepeat) => before is { Done.IsCompleted: false } && (isRepeat || before.SentOver != link);

    /// <summary>Ends with the previous call, also if that fails.</summary>
    public async Task WaitAsync() => await ((Task)before!.Done!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
