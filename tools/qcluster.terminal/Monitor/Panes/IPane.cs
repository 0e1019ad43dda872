using QCluster.Terminal.Monitor.Reading;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Monitor.Panes;

/// <summary>One of the lists on the screen.</summary>
internal interface IPane
{
    /// <summary>How many lines it would fill, its title and headings with them.</summary>
    int WantedHeight { get; }

    /// <summary>Takes its rows from a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="filter">Only rows with this text; empty = all.</param>
    void Update(Snapshot snapshot, string filter);

    void Move(int rows);

    IRenderable Draw(int width, int height, bool isFocused);
}
