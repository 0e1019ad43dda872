using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// The pause before a dead child's successor starts: none after a decent life, ever longer while one after the other dies young.
/// </summary>
internal sealed class RestartPauses(TimeProvider time)
{
    private const long ShortLifeMilliseconds = 5_000;
    private const int FreeShortLives = 3;
    private const long MaxMilliseconds = 5_000;

    private const int MaxFailedStarts = 5;

    private readonly Dictionary<(ChildRole Role, int Ordinal), int> _shortLives = [];
    private readonly Dictionary<(ChildRole Role, int Ordinal), int> _failedStarts = [];

    public long After(ChildProcess child)
    {
        var place = (child.Role, child.Ordinal);
        var lives = time.Ticks() - child.StartedTicks < ShortLifeMilliseconds ? _shortLives.GetValueOrDefault(place) + 1 : 0;
        _shortLives[place] = lives;
        return lives < FreeShortLives ? 0 : Math.Min(MaxMilliseconds, 50L << Math.Min(10, lives - FreeShortLives));
    }

    /// <summary>Whether one after the other has ended by itself, at this place, before it was ready.</summary>
    public bool CannotStart(ChildProcess child)
    {
        if (child.IsReady || child.IsDraining || !child.HasFailed)
            return false;
        var place = (child.Role, child.Ordinal);
        return (_failedStarts[place] = _failedStarts.GetValueOrDefault(place) + 1) >= MaxFailedStarts;
    }
}
