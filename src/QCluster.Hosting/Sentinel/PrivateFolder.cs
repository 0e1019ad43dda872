namespace QCluster.Hosting.Sentinel;

/// <summary>The folder of a cluster's sockets and slot tables: nobody else can enter it.</summary>
internal static class PrivateFolder
{
    public static string Create()
    {
        var parent = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 and < 60 } runtime && Directory.Exists(runtime) ? runtime : Path.GetTempPath();
        var folder = Path.Combine(parent, "qcluster-" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 6)));
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A child that is just ending still has it open; it lies among the temporary files.
        }
    }
}
