using System.Runtime.InteropServices;
using System.Threading.Channels;
using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Screen;

namespace QCluster.Terminal.Monitor;

/// <summary>Brings together the terminal, its keys, and what is read from Redis.</summary>
internal sealed class MonitorApp(QClusterClient client, string name, TimeSpan interval)
{
    private readonly Channel<Action<MonitorScreen>> _events = Channel.CreateUnbounded<Action<MonitorScreen>>(new UnboundedChannelOptions { SingleReader = true });

    public async Task RunAsync()
    {
        using var stopping = new CancellationTokenSource();
        // A signal leaves the terminal as it was, like the key.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Quit);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Quit);
        using var resize = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Post(static _ => { }));
        Console.TreatControlCAsInput = true;
        var screen = new MonitorScreen(name, new MonitorActions(client, _events.Writer, stopping.Token));
        using var terminal = new TerminalScreen();
        try
        {
            new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
            var reading = ReadAsync(stopping.Token);
            await ShowAsync(screen, terminal);
            await stopping.CancelAsync();
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1)));
        }
        finally
        {
            terminal.Dispose();
            Console.TreatControlCAsInput = false;
        }

        void Quit(PosixSignalContext context)
        {
            context.Cancel = true;
            Post(static s => s.Press(new ConsoleKeyInfo('q', ConsoleKey.C, shift: false, alt: false, control: true)));
        }
    }

    private void Post(Action<MonitorScreen> change) => _events.Writer.TryWrite(change);

    private async Task ShowAsync(MonitorScreen screen, TerminalScreen terminal)
    {
        var renderer = LineRenderer.ForTerminal();
        var size = TerminalScreen.Size;
        while (!screen.IsDone)
        {
            if (screen.WantsRedraw)
                terminal.Forget();
            screen.WantsRedraw = false;
            size = TerminalScreen.Size;
            terminal.Show(screen.Draw(renderer, size.Width, size.Height));
            await _events.Reader.WaitToReadAsync();
            while (!screen.IsDone && _events.Reader.TryRead(out var change))
                change(screen);
        }
    }

    private void ReadKeys()
    {
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            Post(screen => screen.Press(key));
        }
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        var reader = new SnapshotReader(client);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var snapshot = await reader.ReadAsync(stopping);
                Post(screen => screen.Show(snapshot));
            }
            catch (QClusterException e)
            {
                Post(screen => screen.ShowTrouble(e.Message));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // The screen stays, and shows the error.
                Post(screen => screen.ShowTrouble($"{e.GetType().Name}: {e.Message}"));
            }

            await Task.WhenAny(Task.Delay(interval, stopping));
        }
    }
}
