namespace QCluster.Wire.Packets;

/// <summary>
/// A body being written, after the bytes that the MAC also covers (id, version, flags), so that signing needs no
/// second copy. Kept per thread.
/// </summary>
internal sealed class EnvelopeDraft : IDisposable
{
    public const int PrefixLength = 16 + 2;

    private const int MaxKept = 256 * 1024;

    [ThreadStatic]
    private static EnvelopeDraft? _kept;

    private readonly PooledBuffer _buffer = new();

    private EnvelopeDraft()
    {
    }

    public PooledBuffer Buffer => _buffer;

    public ReadOnlySpan<byte> Body => _buffer.WrittenSpan[PrefixLength..];

    /// <summary>The input of the MAC. Call <see cref="SetPrefix"/> first.</summary>
    public ReadOnlySpan<byte> MacInput => _buffer.WrittenSpan;

    public static EnvelopeDraft Rent()
    {
        var draft = _kept ?? new EnvelopeDraft();
        _kept = null;
        draft.Clear();
        return draft;
    }

    public void Clear()
    {
        _buffer.Reset();
        _buffer.GetSpan(PrefixLength)[..PrefixLength].Clear();
        _buffer.Advance(PrefixLength);
    }

    public void SetBody(ReadOnlySpan<byte> body)
    {
        Clear();
        body.CopyTo(_buffer.GetSpan(body.Length));
        _buffer.Advance(body.Length);
    }

    public void SetPrefix(Guid id, byte version, byte flags)
    {
        var prefix = _buffer.Overwrite(0, PrefixLength);
        id.TryWriteBytes(prefix, bigEndian: true, out _);
        prefix[^2] = version;
        prefix[^1] = flags;
    }

    public void Dispose()
    {
        if (_kept is null && _buffer.Capacity <= MaxKept)
            _kept = this;
        else
            _buffer.Dispose();
    }
}
