using System.Text;

namespace QCluster.Terminal.Screen;

/// <summary>
/// The whole terminal, on its second screen, so that what was there before comes back. Of each frame only the lines that have changed are
/// written, and all of them in one go, so nothing flickers.
/// </summary>
internal sealed class TerminalScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l\e[2J";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string BeginFrame = "\e[?2026h\e[?7l";
    private const string EndFrame = "\e[?7h\e[?2026l";

    private readonly Stream _out = Console.OpenStandardOutput();
    private readonly Lock _lock = new();
    private string[] _shown = [];
    private (int Width, int Height) _size;
    private bool _left;

    public TerminalScreen() => Write(Enter);

    public static (int Width, int Height) Size => (Math.Max(20, Console.WindowWidth), Math.Max(5, Console.WindowHeight));

    public void Show(IReadOnlyList<string> lines)
    {
        var size = Size;
        var text = new StringBuilder(BeginFrame);
        if (size != _size)
        {
            text.Append("\e[2J");
            _shown = [];
            _size = size;
        }

        var frame = new string[size.Height];
        for (var i = 0; i < frame.Length; i++)
        {
            frame[i] = i < lines.Count ? lines[i] : "";
            if (i >= _shown.Length || _shown[i] != frame[i])
                text.Append("\e[").Append(i + 1).Append(";1H").Append("\e[0m").Append(frame[i]).Append("\e[0m\e[K");
        }

        _shown = frame;
        Write(text.Append(EndFrame).ToString());
    }

    /// <summary>Everything is written anew with the next frame.</summary>
    public void Forget() => _size = default;

    private void Write(string text)
    {
        lock (_lock)
        {
            if (_left)
                return;
            _out.Write(Encoding.UTF8.GetBytes(text));
            _out.Flush();
        }
    }

    public void Dispose()
    {
        Write(Leave);
        lock (_lock)
            _left = true;
    }
}
