using System.Diagnostics;

namespace QCluster.TestSupport;

/// <summary>A program in a terminal of its own: keys go in, and what stands on the screen comes out. Made by tmux, on a socket of its own.</summary>
public sealed class PseudoTerminal : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> Tmux = new(StringComparer.Ordinal) { ["TERM"] = "xterm-256color", ["LANG"] = "C.UTF-8", ["TMUX"] = null };

    private readonly string _socket = $"qcluster-test-{Guid.NewGuid():N}";

    private PseudoTerminal()
    {
    }

    /// <summary>Starts a program; after it has ended its exit code stands on the screen.</summary>
    public static async Task<PseudoTerminal> StartAsync(int width, int height, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var terminal = new PseudoTerminal();
        var assignments = string.Join(' ', environment.Select(e => $"{e.Key}='{e.Value}'"));
        await terminal.TmuxAsync(["-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}", $"env {assignments} {string.Join(' ', command)}; echo ended with $?; sleep 600"]);
        await terminal.TmuxAsync(["set", "-g", "status", "off"]);
        return terminal;
    }

    /// <summary>Presses keys one after another, with time for the program to tell Escape from the beginning of another key.</summary>
    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            await TmuxAsync(["send-keys", key]);
            await Task.Delay(key == "Escape" ? 300 : 50);
        }
    }

    public Task ResizeAsync(int width, int height) => TmuxAsync(["resize-window", "-x", $"{width}", "-y", $"{height}"]);

    /// <summary>What stands on the screen.</summary>
    public Task<string> ReadAsync() => TmuxAsync(["capture-pane", "-p"]);

    /// <summary>Waits until all of these stand on the screen, and returns it.</summary>
    public async Task<string> SeeAsync(params string[] texts)
    {
        var screen = "";
        var limit = Stopwatch.StartNew();
        while (limit.Elapsed < TimeSpan.FromSeconds(20))
        {
            screen = await ReadAsync();
            if (Array.TrueForAll(texts, text => screen.Contains(text, StringComparison.Ordinal)))
                return screen;
            await Task.Delay(50);
        }

        throw new TimeoutException($"'{string.Join("', '", texts)}' did not appear. The screen:\n{screen}");
    }

    private Task<string> TmuxAsync(string[] arguments) => Commands.RunAsync("/", Tmux, "tmux", ["-L", _socket, .. arguments]);

    public async ValueTask DisposeAsync() => await TmuxAsync(["kill-server"]);
}
