using Spectre.Console;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Monitor.Panes;

/// <summary>Where the lists stand: one below the other, on a wide screen two beside each other.</summary>
internal static class PaneLayout
{
    private const int WideFrom = 160;
    private const int Least = 4;

    public static IRenderable Draw(PaneSet panes, int width, int height)
    {
        if (width < WideFrom)
            return Stack([.. panes.All], panes.Focused, width, height);
        var left = width / 2;
        var layout = new Layout().SplitColumns(new Layout("left").Size(left), new Layout("right"));
        // Related panes are above each other: clusters and running tasks, queues and failures.
        layout["left"].Update(Stack([panes.All[0], panes.All[2]], panes.Focused, left - 1, height));
        layout["right"].Update(Stack([panes.All[1], panes.All[3]], panes.Focused, width - left, height));
        return layout;
    }

    private static Layout Stack(IPane[] panes, IPane focused, int width, int height)
    {
        // On a small screen there are fewer: those up to the one that has the keys.
        var count = Math.Clamp(height / Least, 1, panes.Length);
        var first = Math.Max(0, Array.IndexOf(panes, focused) - count + 1);
        panes = panes[first..(first + count)];
        var heights = Share(panes, focused, height);
        var rows = panes.Select((pane, i) => new Layout(pane.Draw(width, heights[i], pane == focused)).Size(heights[i])).ToArray();
        return new Layout().SplitRows(rows);
    }

    /// <summary>Each gets what it wants as far as there is room; what is left goes to the one in focus.</summary>
    private static int[] Share(IPane[] panes, IPane focused, int height)
    {
        var heights = panes.Select(_ => Math.Max(1, Math.Min(Least, height / panes.Length))).ToArray();
        var order = Enumerable.Range(0, panes.Length).OrderByDescending(i => panes[i] == focused).ToArray();
        var left = height - heights.Sum();
        while (left > 0 && order.Any(i => heights[i] < panes[i].WantedHeight))
        {
            foreach (var i in order.Where(i => heights[i] < panes[i].WantedHeight))
            {
                if (left == 0)
                    break;
                heights[i]++;
                left--;
            }
        }

        heights[^1] += Math.Max(0, left);
        return heights;
    }
}
