using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Screen;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace QCluster.Terminal.Monitor.Panes;

/// <summary>A list with a selected row, which stays selected while rows come and go around it.</summary>
internal sealed class ListPane<T>(string title, string nothing, Func<Snapshot, IReadOnlyList<T>> rows, Func<T, string> key, Func<T, string> searched, params Column<T>[] columns) : IPane
{
    private const int Overhead = 2;

    private IReadOnlyList<T> _rows = [];
    private string? _selectedKey;
    private string _filter = "";
    private int _selected;
    private int _top;

    public int WantedHeight => Overhead + Math.Max(1, _rows.Count);

    /// <summary>The selected row; default when there is none.</summary>
    public T? Selected => _rows.Count == 0 ? default : _rows[_selected];

    public void Update(Snapshot snapshot, string filter)
    {
        _filter = filter;
        _rows = filter.Length == 0 ? rows(snapshot) : [.. rows(snapshot).Where(r => searched(r).Contains(filter, StringComparison.OrdinalIgnoreCase))];
        var at = -1;
        for (var i = 0; i < _rows.Count && at < 0; i++)
        {
            if (key(_rows[i]) == _selectedKey)
                at = i;
        }

        Select(at >= 0 ? at : _selected);
    }

    public void Move(int by) => Select(_selected + by);

    private void Select(int index)
    {
        _selected = Math.Clamp(index, 0, Math.Max(0, _rows.Count - 1));
        _selectedKey = _rows.Count == 0 ? null : key(_rows[_selected]);
    }

    public IRenderable Draw(int width, int height, bool isFocused)
    {
        var shown = Math.Max(1, height - Overhead);
        _top = Math.Clamp(_top, Math.Max(0, _selected - shown + 1), _selected);
        _top = Math.Max(0, Math.Min(_top, _rows.Count - shown));
        var heading = _rows.Count > shown ? $"{title} {_top + 1}-{Math.Min(_rows.Count, _top + shown)} of {_rows.Count}" : $"{title} {_rows.Count}";
        var line = new Rule($"[{(isFocused ? "bold black on green" : "bold green")}] {Markup.Escape(heading)} [/]") { Justification = Justify.Left, Style = Style.Parse(isFocused ? "green" : "grey") };
        if (_rows.Count == 0)
            return new Rows(line, new Text(Fit.Line("  " + (_filter.Length == 0 ? nothing : $"Nothing with '{Safe.Line(_filter)}'."), width), Style.Parse("grey")));

        var table = new Table { Border = TableBorder.None, Expand = true };
        var fitting = Choose(width);
        foreach (var (column, space) in fitting)
        {
            var shownColumn = new TableColumn(new Text(column.Heading.TrimStart('>'), Style.Parse("grey"))).Width(space).NoWrap().PadLeft(0).PadRight(1);
            table.AddColumn(column.Heading.StartsWith('>') ? shownColumn.RightAligned() : shownColumn);
        }

        for (var i = _top; i < Math.Min(_rows.Count, _top + shown); i++)
        {
            var row = _rows[i];
            var isSelected = isFocused && i == _selected;
            table.AddRow(fitting.Select(f => Cell(f.Column, row, f.Space, isSelected)));
        }

        return new Rows(line, table);
    }

    private static Text Cell(Column<T> column, T row, int space, bool isSelected)
    {
        var text = Fit.Line(Safe.Line(column.Cell(row, space)), space);
        if (isSelected)
            text = column.Heading.StartsWith('>') ? text.PadLeft(space) : Fit.Full(text, space);
        return new Text(text, isSelected ? Style.Parse("black on aqua") : column.Style?.Invoke(row) is { } style ? Style.Parse(style) : Style.Plain);
    }

    /// <summary>Columns from the left as long as there is room.</summary>
    private List<(Column<T> Column, int Space)> Choose(int width)
    {
        var fitting = new List<Column<T>>();
        var left = width;
        foreach (var column in columns.Where(c => width >= c.From))
        {
            if (left < column.Width + 1)
                break;
            fitting.Add(column);
            left -= column.Width + 1;
        }

        var growing = fitting.Count(c => c.Grows);
        var extra = growing == 0 ? 0 : left / growing;
        return [.. fitting.Select(c => (c, c.Grows ? c.Width + extra : c.Width))];
    }
}
