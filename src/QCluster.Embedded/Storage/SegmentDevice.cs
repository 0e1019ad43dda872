using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Tsavorite.core;

namespace QCluster.Embedded.Storage;

/// <summary>
/// A log in files of one size. A write returns when the operating system has it, so that it survives the end of the process, however sudden; <see cref="Flush"/>
/// brings it to the disk. Garnet's own devices need a native library, or write from the thread pool, or through every cache.
/// </summary>
internal sealed class SegmentDevice : StorageDeviceBase
{
    private const uint Sector = 512;

    private readonly ConcurrentDictionary<int, SafeFileHandle> _handles = new();
    private readonly ConcurrentDictionary<int, bool> _unflushed = new();
    private readonly StorageFailure _failure;

    public SegmentDevice(string path, StorageFailure failure)
        : base(path, Sector, Devices.CAPACITY_UNSPECIFIED)
    {
        _failure = failure;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    }

    public override unsafe void WriteAsync(nint sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context) =>
        Access(segmentId, callback, context, handle =>
        {
            RandomAccess.Write(handle, new ReadOnlySpan<byte>((void*)sourceAddress, checked((int)numBytesToWrite)), (long)destinationAddress);
            _unflushed[segmentId] = true;
            return numBytesToWrite;
        });

    public override unsafe void ReadAsync(int segmentId, ulong sourceAddress, nint destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context) =>
        Access(segmentId, callback, context, handle => (uint)RandomAccess.Read(handle, new Span<byte>((void*)destinationAddress, checked((int)readLength)), (long)sourceAddress));

    /// <summary>Uses a file at once, and reports the number of bytes, or the failure.</summary>
    private void Access(int segmentId, DeviceIOCompletionCallback callback, object context, Func<SafeFileHandle, uint> use)
    {
        uint done;
        try
        {
            done = use(HandleOf(segmentId));
        }
#pragma warning disable CA1031 // Every failure is reported to the store, which ends the process when one passes it by.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure.Report(NameOf(segmentId), e);
            callback(uint.MaxValue, 0, context, e);
            return;
        }

        callback(0, done, context, null);
    }

    /// <summary>What has been written is on the disk afterwards.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void Flush()
    {
        foreach (var segment in _unflushed.Keys)
        {
            if (_unflushed.TryRemove(segment, out _) && _handles.TryGetValue(segment, out var handle))
                RandomAccess.FlushToDisk(handle);
        }
    }

    public override void RemoveSegment(int segment)
    {
        _unflushed.TryRemove(segment, out _);
        if (_handles.TryRemove(segment, out var handle))
            handle.Dispose();
        File.Delete(NameOf(segment));
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result)
    {
        RemoveSegment(segment);
        callback(result);
    }

    public override long GetFileSize(int segment) => segmentSize > 0 ? segmentSize : RandomAccess.GetLength(HandleOf(segment));

    public override void Reset() => Close();

    public override void Dispose() => Close();

    private void Close()
    {
        foreach (var segment in _handles.Keys)
        {
            if (_handles.TryRemove(segment, out var handle))
                handle.Dispose();
        }
    }

    private SafeFileHandle HandleOf(int segment) => _handles.TryGetValue(segment, out var handle) ? handle : _handles.GetOrAdd(segment, Open);

    private SafeFileHandle Open(int segment) => File.OpenHandle(NameOf(segment), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private string NameOf(int segment) => GetSegmentFilename(FileName, segment);
}
