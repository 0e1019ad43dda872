using System.Buffers;

namespace QCluster.Wire;

/// <summary>A buffer that grows and takes its memory from the shared pool. Not thread-safe.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int MinimumFree = 256;

    private byte[] _array;
    private int _written;

    public PooledBuffer(int initialCapacity = 1024) => _array = ArrayPool<byte>.Shared.Rent(initialCapacity);

    public int WrittenCount => _written;

    public int Capacity => _array.Length;

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _written);

    /// <summary>Valid until the next write, <see cref="Reset"/> or <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _written);

    public void Reset() => _written = 0;

    /// <summary>Bytes already written, to be filled in later.</summary>
    public Span<byte> Overwrite(int start, int length) => _array.AsSpan(0, _written).Slice(start, length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_array.Length - _written), nameof(count));
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsSpan(_written);
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        _written = 0;
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
    }

    private void EnsureFree(int sizeHint)
    {
        if (_array.Length - _written < Math.Max(sizeHint, 1))
            Grow(Math.Max(sizeHint, MinimumFree));
    }

    private void Grow(int free)
    {
        var needed = (long)_written + free;
        if (needed > Array.MaxLength)
            throw new SerializationException($"{needed} bytes do not fit into one buffer: the value is too large to send; store it elsewhere and send where it is.");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, _array.Length * 2L)));
        WrittenSpan.CopyTo(larger);
        var old = _array;
        _array = larger;
        if (old.Length > 0)
            ArrayPool<byte>.Shared.Return(old);
    }
}
