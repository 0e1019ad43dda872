namespace QCluster.Terminal.Monitor.Panes;

/// <summary>A column of a pane.</summary>
/// <typeparam name="T">What a row stands for.</typeparam>
/// <param name="Heading">Its heading; with &gt; in front it is for numbers.</param>
/// <param name="Width">How many characters.</param>
/// <param name="Cell">What stands there, given the width.</param>
/// <param name="From">Only shown where the pane is at least so wide.</param>
/// <param name="Grows">It gets what is left, shared with others that grow.</param>
/// <param name="Style">How it is drawn, in Spectre's terms; null = plainly.</param>
internal sealed record Column<T>(string Heading, int Width, Func<T, int, string> Cell, int From = 0, bool Grows = false, Func<T, string?>? Style = null)
{
    public Column(string heading, int width, Func<T, string> cell, int from = 0, bool grows = false, Func<T, string?>? style = null)
        : this(heading, width, (row, _) => cell(row), from, grows, style)
    {
    }
}
