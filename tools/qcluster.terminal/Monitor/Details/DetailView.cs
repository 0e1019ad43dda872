using QCluster.Terminal.Screen;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Monitor.Details;

/// <summary>Everything about one thing, on the whole screen, to scroll through.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Task">The id of the task, when it is one.</param>
/// <param name="Content">What is known of it.</param>
internal sealed record DetailView(string Title, string? Task, IRenderable Content)
{
    private int _top;

    /// <summary>It does not change any more.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The same thing as it is now, at the same place.</summary>
    public DetailView As(DetailView now) => now with { _top = _top };

    public void Scroll(int lines) => _top = Math.Max(0, _top + lines);

    public string[] Draw(LineRenderer renderer, int width, int height)
    {
        var lines = renderer.Draw(Content, width);
        var shown = Math.Max(1, height - 1);
        _top = Math.Clamp(_top, 0, Math.Max(0, lines.Length - shown));
        var place = lines.Length > shown ? $" {_top + 1}-{Math.Min(lines.Length, _top + shown)} of {lines.Length} lines" : "";
        var title = new Rule($"[bold black on green] {Markup.Escape(Title)}{place} [/]") { Justification = Justify.Left, Style = Style.Parse("green") };
        return [.. renderer.Draw(title, width, 1), .. lines.Skip(_top).Take(shown)];
    }
}
