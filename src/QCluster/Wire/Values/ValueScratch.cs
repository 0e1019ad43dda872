using System.Text.Encodings.Web;
using System.Text.Json;

namespace QCluster.Wire.Values;

/// <summary>A buffer and a JSON writer over it, kept per thread. Rented, not shared: a converter or a formatter may call the serialiser again.</summary>
internal sealed class ValueScratch : IDisposable
{
    private const int MaxKept = 256 * 1024;

    [ThreadStatic]
    private static ValueScratch? _kept;

    private ValueScratch()
    {
        Buffer = new PooledBuffer();
        Writer = new Utf8JsonWriter(Buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public PooledBuffer Buffer { get; }

    public Utf8JsonWriter Writer { get; }

    public static ValueScratch Rent()
    {
        var scratch = _kept ?? new ValueScratch();
        _kept = null;
        return scratch;
    }

    public void Dispose()
    {
        Buffer.Reset();
        Writer.Reset();
        if (_kept is null && Buffer.Capacity <= MaxKept)
        {
            _kept = this;
            return;
        }

        Writer.Dispose();
        Buffer.Dispose();
    }
}
