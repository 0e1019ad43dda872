using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using QCluster.Launching.Servers;

namespace QCluster.TestSupport;

/// <summary>A real SMTP server (aiosmtpd) on loopback, and the mails that came.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<ReceivedMail> _mails = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MailServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Done once it has stopped to answer somebody.</summary>
    public Task Stalled => _stalled.Task;

    public IReadOnlyList<ReceivedMail> Mails => [.. _mails];

    /// <summary>The mails, once there are so many: they are reported a moment after the server has accepted them.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> MailsAsync(int count)
    {
        await Eventually.IsTrue(() => _mails.Count >= count, what: $"{count} mails");
        return Mails;
    }

    public static async Task<MailServer> StartAsync(MailServerOptions? options = null)
    {
        options ??= new MailServerOptions();
        var port = options.Port ?? FreePort.Next();
        var start = new ProcessStartInfo("/usr/bin/python3") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "mail_server.py"));
        start.ArgumentList.Add(JsonSerializer.Serialize(new
        {
            port,
            tls = options.Tls switch { MailServerTls.StartTls => "starttls", MailServerTls.Implicit => "implicit", _ => "none" },
            certificate = options.Certificate?.File,
            key = options.Certificate?.KeyFile,
            loginOnlyOverTls = options.LoginOnlyOverTls,
            refused = options.Refused,
            refusedTexts = options.RefusedTexts,
            stall = options.Stall,
        }));
        var server = new MailServer(new Process { StartInfo = start, EnableRaisingEvents = true }, port);
        server._process.Exited += (_, _) => server._ready.TrySetException(new InvalidOperationException("The mail server ended before it was ready."));
        server._process.OutputDataReceived += (_, e) => server.OnLine(e.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        await server._ready.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return server;
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        if (line.StartsWith('{'))
            _mails.Enqueue(JsonSerializer.Deserialize<ReceivedMail>(line, JsonSerializerOptions.Web)!);
        else
            (line == "stalled" ? _stalled : _ready).TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
