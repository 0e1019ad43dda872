using QCluster.Redis;

namespace QCluster.Tool.Start;

/// <summary>The right to run the embedded server of this user. Other programs see by it that the server runs, also while it is being started again.</summary>
internal sealed class EmbeddedLease : IDisposable
{
    private const int Tries = 20;
    private const UnixFileMode ForUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan FormerLimit = TimeSpan.FromSeconds(20);

    private readonly FileStream _running;

    private EmbeddedLease(FileStream running) => _running = running;

    /// <summary>Where the server keeps its data.</summary>
    public static string DataFolder { get; } = Path.Combine(EmbeddedPlace.Folder, "data");

    /// <summary>The address and password that were published.</summary>
    public string Connection { get; private set; } = "";

    /// <exception cref="IOException">Another process has it, or the folder cannot be written.</exception>
    public static EmbeddedLease Take()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(DataFolder);
            else
                Directory.CreateDirectory(DataFolder, ForUser | UnixFileMode.UserExecute);
            for (var tries = Tries; ; tries--)
            {
                try
                {
                    return new EmbeddedLease(new FileStream(Path.Combine(EmbeddedPlace.Folder, EmbeddedPlace.RunningFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                }
                catch (IOException) when (tries > 1)
                {
                    // Those that look for the server hold the file for an instant.
                    Thread.Sleep(10);
                }
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"The embedded server cannot be started: the folder '{EmbeddedPlace.Folder}' cannot be used by user '{Environment.UserName}': {e.Message} Give it to this user, or name a Redis with --redis.", e);
        }
    }

    /// <summary>Waits for a server whose cluster was killed: it writes its data, and ends.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public static async Task WaitForFormerAsync()
    {
        var file = Path.Combine(DataFolder, "lock");
        var started = TimeProvider.System.GetTimestamp();
        while (File.Exists(file))
        {
            try
            {
                await using var free = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                return;
            }
            catch (IOException e)
            {
                if (TimeProvider.System.GetElapsedTime(started) > FormerLimit)
                    throw new IOException($"Another embedded server still uses the folder '{DataFolder}': {e.Message} End that process, or name a Redis with --redis.", e);
                await Task.Delay(10);
            }
        }
    }

    /// <summary>Tells other programs of this user where the server is.</summary>
    public void Publish(string connection)
    {
        Connection = connection;
        var file = Path.Combine(EmbeddedPlace.Folder, EmbeddedPlace.ConnectionFile);
        var next = file + ".next";
        File.Delete(next);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = ForUser;
        using (var writer = new StreamWriter(next, how))
            writer.WriteLine(connection);
        File.Move(next, file, overwrite: true);
    }

    public void Dispose() => _running.Dispose();
}
