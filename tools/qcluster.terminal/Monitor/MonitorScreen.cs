using System.Globalization;
using QCluster.Terminal.Monitor.Details;
using QCluster.Terminal.Monitor.Panes;
using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Screen;
using Spectre.Console;

namespace QCluster.Terminal.Monitor;

/// <summary>What is on the screen, and what keys do to it. Knows nothing of a terminal.</summary>
/// <param name="name">The cluster name.</param>
/// <param name="actions">What keys can do.</param>
internal sealed class MonitorScreen(string name, MonitorActions actions)
{
    private const int BarHeight = 2;
    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(6);

    private readonly PaneSet _panes = new();
    private Snapshot _snapshot = Snapshot.Empty;
    private DetailView? _detail;
    private Action? _follow;
    private Question? _question;
    private string _filter = "";
    private bool _isTypingFilter;
    private string? _trouble;
    private bool _hasRead;
    private (string Text, DateTimeOffset Until)? _notice;

    /// <summary>The user wants to leave.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The user wants everything drawn anew.</summary>
    public bool WantsRedraw { get; set; }

    public void Show(Snapshot snapshot)
    {
        _trouble = null;
        _hasRead = true;
        _snapshot = snapshot;
        _panes.Update(snapshot, _filter);
        if (_detail is not null)
            _follow?.Invoke();
    }

    /// <summary>Redis does not answer; what was read last stays on the screen.</summary>
    public void ShowTrouble(string text) => _trouble = text;

    public void Say(string text) => _notice = (text, DateTimeOffset.UtcNow + NoticeTime);

    public void Open(DetailView detail) => _detail = detail;

    /// <summary>Shows what is open as it is now, if it still is.</summary>
    public void Refresh(DetailView detail)
    {
        if (_detail?.Title == detail.Title)
            _detail = _detail.As(detail);
    }

    public string[] Draw(LineRenderer renderer, int width, int height)
    {
        var body = height - 1 - BarHeight;
        var middle = _detail?.Draw(renderer, width, body) ?? renderer.Draw(PaneLayout.Draw(_panes, width, body), width, body);
        return [.. renderer.Draw(Head(width), width, 1), .. middle, .. Enumerable.Repeat("", body - middle.Length), .. renderer.Draw(new Rows(Totals(width), LastLine(width)), width, BarHeight)];
    }

    private Text Head(int width)
    {
        var time = _snapshot.At.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        if (_trouble is not null)
            return new Text(Fit.Full($" as of {time}: {Safe.Line(_trouble)}", width), Style.Parse("white on red"));
        var filter = _filter.Length > 0 ? $"  rows with '{Safe.Line(_filter)}'" : "";
        var left = $" QCluster {name}{filter}";
        return new Text(Fit.Full(left, Math.Max(0, width - time.Length - 1)) + time + " ", Style.Parse("black on green"));
    }

    private Text Totals(int width)
    {
        var broker = _snapshot.Broker is { } b ? $" Redis {b.Version} {b.Display} {Output.Show.Bytes(b.UsedBytes)}" : " Redis";
        string[] totals =
        [
            $"queued {Total(s => s.Waiting)}",
            $"running {Total(s => s.Running)}",
            $"delayed {Total(s => s.Delayed)}",
            $"succeeded {Total(s => s.Succeeded)}",
            $"failed {Total(s => s.Failed)}",
            $"dead {Total(s => s.Dead)}",
        ];
        var text = string.Join(" | ", totals);
        // The numbers matter more than the address.
        var room = width - text.Length - 4;
        broker = room >= broker.Length ? broker : $" Redis {_snapshot.Broker?.Version}";
        var line = room >= broker.Length ? $"{broker} | {text}" : " " + text;
        return new Text(Fit.Full(line, width), Style.Parse("white on grey23"));
    }

    private string Total(Func<QueueSizes, long> count) => _snapshot.Total(count).ToString(CultureInfo.InvariantCulture);

    private Text LastLine(int width)
    {
        Text Line(string text, string style) => new(Fit.Line(text, width), Style.Parse(style));

        if (_question is not null)
            return Line($" y/n  {_question.Text}", "bold black on yellow");
        if (_isTypingFilter)
            return Line($" /{Safe.Line(_filter)}_   Enter keeps it, Esc shows all", "bold");
        if (!_hasRead && _trouble is null)
            return Line(" Reading ...", "bold yellow");
        if (_notice is { } notice && notice.Until > DateTimeOffset.UtcNow)
            return Line(" " + Safe.Line(notice.Text), "bold yellow");
        return Line(_detail is null ? " Tab list  Enter details  c cancel  r retry  p pause  / filter  ? help  q quit" : " arrows scroll  c cancel  r retry  Esc back  q quit", "grey");
    }

    public void Press(ConsoleKeyInfo key)
    {
        if (_question is { } question)
        {
            _question = null;
            if (key.KeyChar is 'y' or 'Y')
                actions.Run(question.Do);
            else
                Say("Nothing was changed.");
        }
        else if (_isTypingFilter)
        {
            TypeFilter(key);
        }
        else if (_detail is not null)
        {
            PressInDetail(key);
        }
        else
        {
            PressInPanes(key);
        }
    }

    private void TypeFilter(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                _isTypingFilter = false;
                return;
            case ConsoleKey.Escape:
                _isTypingFilter = false;
                _filter = "";
                break;
            case ConsoleKey.Backspace:
                _filter = _filter.Length == 0 ? "" : _filter[..^1];
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    _filter += key.KeyChar;
                break;
        }

        _panes.Update(_snapshot, _filter);
    }

    private void PressInDetail(ConsoleKeyInfo key)
    {
        switch (key)
        {
            case { Key: ConsoleKey.Escape or ConsoleKey.Enter or ConsoleKey.LeftArrow }:
                _detail = null;
                break;
            case { KeyChar: 'c' } when _detail!.Task is { } id:
                AskCancel(id);
                break;
            case { KeyChar: 'r' } when _detail!.Task is { } id:
                AskRetry(id);
                break;
            default:
                if (StepOf(key) is { } lines)
                    _detail!.Scroll(lines);
                else
                    PressAnywhere(key);
                break;
        }
    }

    private void PressInPanes(ConsoleKeyInfo key)
    {
        switch (key)
        {
            case { Key: ConsoleKey.Tab, Modifiers: ConsoleModifiers.Shift } or { Key: ConsoleKey.LeftArrow }:
                _panes.MoveFocus(-1);
                break;
            case { Key: ConsoleKey.Tab } or { Key: ConsoleKey.RightArrow }:
                _panes.MoveFocus(1);
                break;
            case { KeyChar: >= '1' and <= '4' }:
                _panes.Focus(key.KeyChar - '1');
                break;
            case { KeyChar: '/' }:
                _isTypingFilter = true;
                break;
            case { Key: ConsoleKey.Escape }:
                _filter = "";
                _panes.Update(_snapshot, _filter);
                break;
            case { Key: ConsoleKey.Enter }:
                OpenSelected();
                break;
            case { KeyChar: 'c' }:
                if (SelectedTask is { } task)
                    AskCancel(task);
                else
                    Say("Select a running task to cancel it.");
                break;
            case { KeyChar: 'r' }:
                if (_panes.Focused == _panes.Failures && SelectedTask is { } failed)
                    AskRetry(failed);
                else
                    Say("Select a failure to retry it.");
                break;
            case { KeyChar: 'p' }:
                AskPause();
                break;
            default:
                if (StepOf(key) is { } rows)
                    _panes.Focused.Move(rows);
                else
                    PressAnywhere(key);
                break;
        }
    }

    private void PressAnywhere(ConsoleKeyInfo key)
    {
        switch (key)
        {
            case { KeyChar: 'q' or 'Q' } or { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control }:
                IsDone = true;
                break;
            case { KeyChar: '?' or 'h' }:
                _detail = HelpText.Create();
                _follow = null;
                break;
            case { Key: ConsoleKey.L, Modifiers: ConsoleModifiers.Control }:
                WantsRedraw = true;
                break;
        }
    }

    private static int? StepOf(ConsoleKeyInfo key) => key switch
    {
        { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' } => -1,
        { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' } => 1,
        { Key: ConsoleKey.PageUp } => -10,
        { Key: ConsoleKey.PageDown } => 10,
        { Key: ConsoleKey.Home } => -1_000_000,
        { Key: ConsoleKey.End } => 1_000_000,
        _ => null,
    };

    private string? SelectedTask =>
        _panes.Focused == _panes.Running ? _panes.Running.Selected?.Task.Id
        : _panes.Focused == _panes.Failures ? _panes.Failures.Selected?.Id
        : null;

    private void OpenSelected()
    {
        if (_panes.Focused == _panes.Clusters && _panes.Clusters.Selected is { } cluster)
            Open(ClusterDetails.Of(cluster));
        else if (_panes.Focused == _panes.Queues && _panes.Queues.Selected is { } queue)
            actions.ReadQueue(queue, Open);
        else if (SelectedTask is { } task)
            actions.ReadTask(task, _snapshot, Open);
        var opened = (_panes.Clusters.Selected?.Cluster, _panes.Queues.Selected?.Sizes.Queue, SelectedTask, _panes.Focused);
        _follow = () => Follow(opened);
    }

    private void Follow((string? Cluster, string? Queue, string? Task, IPane Pane) opened)
    {
        if (opened.Pane == _panes.Clusters && _snapshot.Clusters.FirstOrDefault(c => c.Cluster == opened.Cluster) is { } cluster)
            Refresh(ClusterDetails.Of(cluster));
        else if (opened.Pane == _panes.Queues && _snapshot.Queues.FirstOrDefault(q => q.Sizes.Queue == opened.Queue) is { } queue)
            actions.ReadQueue(queue, Refresh);
        else if (opened.Task is not null && _detail is { IsFinal: false })
            actions.ReadTask(opened.Task, _snapshot, Refresh);
    }

    private void AskCancel(string id) => _question = new Question($"Cancel the task {id}?", token => actions.CancelAsync(id, token));

    private void AskRetry(string id) => _question = new Question($"Run {id} again under a new id?", token => actions.RetryAsync(id, token));

    private void AskPause()
    {
        if (_panes.Focused != _panes.Queues || _panes.Queues.Selected is not { } queue)
        {
            Say("Select a queue to pause or resume it.");
            return;
        }

        var pause = queue.Sizes.PausedSince is null;
        _question = new Question(pause ? $"Pause the queue {queue.Sizes.Queue}?" : $"Resume the queue {queue.Sizes.Queue}?", token => actions.PauseAsync(queue.Sizes.Queue, pause, token));
    }
}
