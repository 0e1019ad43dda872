using Spectre.Console;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Screen;

/// <summary>Draws into lines of text with their colours, of a given size, instead of onto a terminal.</summary>
internal sealed class LineRenderer(ColorSystem colors)
{
    private const int MaxLines = 10_000;

    /// <summary>The colours of this program's terminal.</summary>
    public static LineRenderer ForTerminal() => new(AnsiConsole.Profile.Capabilities.ColorSystem);

    /// <summary>As many lines as it takes, none wider than the width; a layout takes just the height.</summary>
    public string[] Draw(IRenderable what, int width, int height = MaxLines)
    {
        using var writer = new StringWriter();
        ConsoleOn(writer, width, height).Write(what);
        var lines = writer.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        return lines.Length > height ? lines[..height] : lines;
    }

    private IAnsiConsole ConsoleOn(TextWriter writer, int width, int height)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colors == ColorSystem.NoColors ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = (ColorSystemSupport)colors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
