using System.Text;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Screen;

/// <summary>Text in a given width, counted in cells of the terminal: some characters take two.</summary>
internal static class Fit
{
    /// <summary>As much of it as there is room for, with a sign when something is left out.</summary>
    public static string Line(string text, int cells)
    {
        if (Cells(text) <= cells)
            return text;
        var fitting = new StringBuilder();
        var left = cells - 1;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= Cells(rune.ToString());
            if (left < 0)
                break;
            fitting.Append(rune);
        }

        return cells < 1 ? "" : fitting.Append('…').ToString();
    }

    /// <summary>The same, filled up with spaces at the end.</summary>
    public static string Full(string text, int cells)
    {
        var line = Line(text, cells);
        return line + new string(' ', Math.Max(0, cells - Cells(line)));
    }

    public static int Cells(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();
}
