using System.Collections.Concurrent;
using Tsavorite.core;

namespace QCluster.Embedded.Storage;

/// <summary>The files of a server: its own devices, and Garnet's way to list and delete files.</summary>
internal sealed class SegmentDevices(StorageFailure failure) : INamedDeviceFactoryCreator
{
    private readonly ConcurrentBag<SegmentDevice> _journal = [];

    public INamedDeviceFactory Create(string baseName) => new Factory(this, baseName);

    /// <summary>What has been written to the append-only file is on the disk afterwards.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void FlushJournal()
    {
        foreach (var device in _journal)
            device.Flush();
    }

    private sealed class Factory(SegmentDevices owner, string baseName) : INamedDeviceFactory
    {
        private readonly LocalStorageNamedDeviceFactory _files = new(deviceType: DeviceType.RandomAccess, baseName: baseName);

        public IDevice Get(FileDescriptor fileInfo)
        {
            var device = new SegmentDevice(Path.Combine(baseName, fileInfo.directoryName, fileInfo.fileName), owner._failure);
            if (fileInfo.fileName.StartsWith("aof", StringComparison.Ordinal))
                owner._journal.Add(device);
            return device;
        }

        public void Delete(FileDescriptor fileInfo) => _files.Delete(fileInfo);

        public IEnumerable<FileDescriptor> ListContents(string path) => _files.ListContents(path);
    }

    private readonly StorageFailure _failure = failure;
}
