using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace QCluster.TestSupport;

/// <summary>Awaits a condition that has no signal of its own.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task IsTrue(Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "")
        => IsTrue(() => Task.FromResult(condition()), within, what);

    public static async Task IsTrue(Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var limit = within ?? TimeSpan.FromSeconds(10);
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > limit) throw new TimeoutException($"Not true within {limit.TotalSeconds} s: {what}");
            await Task.Delay(Pause);
        }
    }
}
