using System.Globalization;

namespace QCluster.Embedded.Storage;

/// <summary>The folder of a server's data, which one server has at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>The form of the data. A later number is not understood.</summary>
    private const int Version = 1;

    private const string LockFile = "lock";
    private const string VersionFile = "version";

    private readonly FileStream _lock;
    private readonly bool _isTemporary;

    private DataFolder(string path, FileStream held, bool isTemporary)
    {
        Path = path;
        _lock = held;
        _isTemporary = isTemporary;
    }

    public string Path { get; }

    /// <param name="path">The folder, made if it is not there; null = a temporary one, which is deleted at the end.</param>
    /// <exception cref="IOException">It cannot be used; the message says why, and what to do.</exception>
    public static DataFolder Open(string? path)
    {
        var folder = path is null ? Directory.CreateTempSubdirectory("qcluster-embedded-").FullName : System.IO.Path.GetFullPath(path);
        FileStream? held = null;
        try
        {
            Create(folder);
            held = Lock(folder);
            Check(folder);
            return new DataFolder(folder, held, path is null);
        }
        catch (UnauthorizedAccessException e)
        {
            held?.Dispose();
            throw new IOException($"The folder '{folder}' of the embedded server cannot be written by user '{Environment.UserName}': {e.Message} Give it to this user, or name another folder with --data.", e);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStream Lock(string folder)
    {
        var file = System.IO.Path.Combine(folder, LockFile);
        try
        {
            // Kept after the end: a file that is deleted can be locked by one while another makes it again.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new IOException($"Another embedded server uses the folder '{folder}': {e.Message} Stop that one, or name another folder with --data.", e);
        }
    }

    private static void Check(string folder)
    {
        var file = System.IO.Path.Combine(folder, VersionFile);
        if (!File.Exists(file))
        {
            File.WriteAllText(file, Version.ToString(CultureInfo.InvariantCulture));
            return;
        }

        var text = File.ReadAllText(file).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new IOException($"The file '{file}' of the embedded server should have a number and has '{text}'. If the data are worth nothing, delete the folder; else write {Version} into the file.");
        if (version > Version)
            throw new IOException($"The data in '{folder}' are of version {version}, and this QCluster reads versions up to {Version}. Start the newer QCluster, or name another folder with --data.");
    }

    public void Dispose()
    {
        _lock.Dispose();
        if (!_isTemporary)
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A folder that remains in the temporary directory does not matter.
        }
    }
}
