using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Google.Protobuf;

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

    /// <summary>The values of a field that are texts, bytes or messages.</summary>
    private static List<byte[]> Within(byte[] message, int field)
    {
        var found = new List<byte[]>();
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                found.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }

        return found;
    }

    public void Dispose() => _listener.Close();
}
