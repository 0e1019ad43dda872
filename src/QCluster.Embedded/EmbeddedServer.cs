using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet.common;
using Garnet.networking;
using Garnet.server;
using Garnet.server.Auth.Settings;
using QCluster.Embedded.Serving;
using QCluster.Embedded.Storage;
using Tsavorite.core;

namespace QCluster;

/// <summary>
/// A Redis-compatible server in this process, for a single machine: it needs nothing but .NET. Garnet keeps the data; requests run one after the other, as in
/// Redis. It is not a replacement for Redis or Valkey where several machines work together: it listens to this machine only, and has no replica.
/// </summary>
public sealed class EmbeddedServer : IAsyncDisposable
{
    private const long CheckpointBytes = 256 * 1024 * 1024;
    private const long SegmentBytes = 64 * 1024 * 1024;
    private const long LeastMemory = 256 * 1024 * 1024;

    private static readonly TimeSpan FlushPause = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource<string?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EmbeddedServerOptions _options;
    private readonly DataFolder _folder;
    private readonly StorageFailure _failure = new();
    private readonly SegmentDevices _devices;
    private readonly Listener _listener;
    private Engine? _engine;
    private RequestLoop? _loop;
    private IJournal? _journal;
    private Timer? _flushing;
    private bool _isDisposed;

    private EmbeddedServer(EmbeddedServerOptions options, DataFolder folder)
    {
        _options = options;
        _folder = folder;
        _devices = new SegmentDevices(_failure);
        _listener = new Listener(new IPEndPoint(IPAddress.Loopback, options.Port ?? 0));
    }

    /// <summary>The port of 127.0.0.1.</summary>
    public int Port => _listener.Port;

    /// <summary>The address and the password, as QCluster's clients take them.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}{(_options.Password is { } password ? ",password=" + password : "")}");

    /// <summary>The folder of the data.</summary>
    public string Folder => _folder.Path;

    /// <summary>Ends when the server has stopped by itself: with the reason when its disk failed, with null after a SHUTDOWN.</summary>
    public Task<string?> Completion => _ended.Task;

    /// <summary>What the server could not read of its data, and where that is kept; null when it has read all.</summary>
    public string? Warning { get; private set; }

    /// <summary>The server keeps its data here, and this line of INFO shows it apart from other servers.</summary>
    internal static string InfoLine { get; } = $"qcluster_embedded:{typeof(EmbeddedServer).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Starts a server with the data that are in its folder, and returns when it answers.</summary>
    /// <param name="options">Where and how; null = the defaults.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The server. Dispose of it to stop it; its data are kept.</returns>
    /// <exception cref="IOException">The port is taken, or the folder or the data in it cannot be used. The message says what to do.</exception>
    public static async Task<EmbeddedServer> StartAsync(EmbeddedServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmbeddedServerOptions();
        var server = new EmbeddedServer(options, DataFolder.Open(options.Folder));
        try
        {
            // Reading the data keeps the thread.
            await Task.Run(server.Open, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Open()
    {
        try
        {
            _listener.Bind();
        }
        catch (SocketException e)
        {
            throw new IOException($"The embedded server cannot have port {_options.Port} of 127.0.0.1: {e.Message}. End the program that listens there, or name another port.", e);
        }

        var limit = _options.MaxMemory ?? Math.Max(LeastMemory, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        _engine = new Engine(Settings(limit), _options.Loggers, _listener);
        Read(_engine);
        _journal = !_options.AppendOnly ? new NoJournal(_failure) : new Journal(_engine.Wrapper, _devices, _failure, _options.FlushAlways, CheckpointBytes);
        var memory = new StoreMemory(_engine.Wrapper, limit);
        var own = new OwnSession(_listener.GetSessionProviders()[WireFormat.ASCII], _options.Password);
        own.WarmUp();
        var blocked = new BlockedPops(TimeProvider.System) { Ask = own.Ask };
        _loop = new RequestLoop(_journal, new SpecialRequests(blocked, memory, InfoLine, () => _ended.TrySetResult(null)), problem => _ended.TrySetResult(problem));
        _loop.Start();
        _listener.Accept(_loop);
        _flushing = new Timer(_ => Flush(), null, FlushPause, FlushPause);
    }

    private void Read(Engine engine)
    {
        try
        {
            engine.Start();
        }
        catch (Exception e) when (e is GarnetException or TsavoriteException or IOException or UnauthorizedAccessException or InvalidDataException or AggregateException)
        {
            throw new IOException($"The data of the embedded server in '{_folder.Path}' cannot be read: {_failure.Problem ?? e.Message} Mend the disk or bring back a copy of the folder; or move the folder away, and the server starts without its data.", e);
        }

        if (_options.AppendOnly)
            Warning = UnreadTail.PutAside(_folder.Path, engine.Wrapper.TailAddress[0], SegmentBytes);
    }

    private GarnetServerOptions Settings(long limit) => new()
    {
        EndPoints = [_listener.EndPoint],
        QuietMode = true,
        AuthSettings = _options.Password is { } password ? new PasswordAuthenticationSettings(password) : null,
        MaxDatabases = 16,
        EnableLua = true,
        LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Silent, []) { ScriptCacheSize = 1024 },
        // Its own files: the native devices are not even looked for.
        DeviceType = DeviceType.RandomAccess,
        DeviceAioMaxDevices = 0,
        DeviceFactoryCreator = _devices,
        EnableStorageTier = true,
        LogDir = _folder.Path,
        CheckpointDir = _folder.Path,
        Recover = _options.AppendOnly,
        FailOnRecoveryError = true,
        EnableAOF = _options.AppendOnly,
        // The loop commits.
        CommitFrequencyMs = _options.AppendOnly ? -1 : 0,
        AofMemorySize = "16m",
        AofPageSize = "4m",
        AofSegmentSize = string.Create(CultureInfo.InvariantCulture, $"{SegmentBytes}"),
        PageSize = "1m",
        SegmentSize = "64m",
        ObjectLogSegmentSize = "64m",
        LogMemorySize = string.Create(CultureInfo.InvariantCulture, $"{(limit == 0 ? 64L << 30 : limit) + (64L << 20)}"),
        IndexMemorySize = "4m",
        IndexMaxMemorySize = "256m",
        IndexResizeFrequencySecs = 10,
        // Else what has expired counts as used memory until its page is written.
        ExpiredKeyDeletionScanFrequencySecs = 60,
        CompactionType = LogCompactionType.Lookup,
        CompactionForceDelete = true,
        CompactionFrequencySecs = 300,
    };

    private void Flush()
    {
        try
        {
            _devices.FlushJournal();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            if (!_isDisposed)
                _ended.TrySetResult($"The embedded server cannot write its data: {e.Message}");
        }
    }

    /// <summary>Runs nothing more, writes all data so that the next start is quick, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (_flushing is not null)
            await _flushing.DisposeAsync().ConfigureAwait(false);
        await Task.Run(Close).ConfigureAwait(false);
        _folder.Dispose();
        _ended.TrySetResult(null);
    }

    private void Close()
    {
        _loop?.Stop();
        try
        {
            if (_failure.Problem is null && _options.Folder is not null)
                _journal?.Checkpoint();
        }
        catch (Exception e) when (e is IOException or TsavoriteException)
        {
            // The append-only file has it all.
            _ended.TrySetResult(e.Message);
        }
        finally
        {
            if (_engine is null)
                _listener.Dispose();
            else
                _engine.Dispose();
            _loop?.Dispose();
        }
    }
}
