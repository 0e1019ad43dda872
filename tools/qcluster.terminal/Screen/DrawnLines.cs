using Spectre.Console;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Screen;

/// <summary>Lines that were drawn before, as a part of another drawing.</summary>
internal sealed class DrawnLines(IReadOnlyList<SegmentLine> lines) : IRenderable
{
    public Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in lines)
        {
            foreach (var segment in line)
                yield return segment;
            yield return Segment.LineBreak;
        }
    }
}
