using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace QCluster.TestSupport;

/// <summary>A span as it was exported.</summary>
public sealed record ExportedSpan(string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Tags);

/// <summary>A collector's place: takes OTLP over HTTP and keeps spans and the names of metrics.</summary>
public sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener _listener = new();

    public OtlpReceiver()
    {
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _ = Task.Run(ReceiveAsync);
    }

    public string Endpoint { get; }

    public ConcurrentQueue<ExportedSpan> Spans { get; } = [];

    public ConcurrentDictionary<string, int> Metrics { get; } = new(StringComparer.Ordinal);

    private async Task ReceiveAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Take(context.Request.Url!.AbsolutePath, body.ToArray());
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>Resource, then scope, then span or metric: field numbers of OTLP's protocol buffers.</summary>
    private void Take(string path, byte[] body)
    {
        foreach (var item in Within(body, 1).SelectMany(resource => Within(resource, 2)).SelectMany(scope => Within(scope, 2)))
        {
            if (path.EndsWith("/metrics", StringComparison.Ordinal))
                Metrics.AddOrUpdate(Text(item, 1), 1, static (_, count) => count + 1);
            else if (path.EndsWith("/traces", StringComparison.Ordinal))
                Spans.Enqueue(new ExportedSpan(Text(item, 5), Hex(item, 1), Hex(item, 2), Hex(item, 4), Within(item, 9).ToDictionary(tag => Text(tag, 1), tag => Within(tag, 2).Select(value => Text(value, 1)).FirstOrDefault() ?? "", StringComparer.Ordinal)));
        }
    }

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Within(message, field).FirstOrDefault() ?? []);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Within(message, field).FirstOrDefault() ?? []);

    private static IEnumerable<byte[]> Within(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            var length = (key & 7) switch
            {
                1 => 8,
                5 => 4,
                2 => (int)Number(message, ref at),
                _ => 0,
            };
            if ((key & 7) == 0)
                Number(message, ref at);
            else if ((int)(key >> 3) == field)
                yield return message[at..(at + length)];
            at += length;
        }
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 127) << shift;
            if (part < 128)
                return number;
        }
    }

    public void Dispose() => _listener.Close();
}
