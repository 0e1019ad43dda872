namespace QCluster.TestSupport;

/// <summary>A file that other processes append lines to, each under a lock of its own.</summary>
public static class SharedFile
{
    /// <summary>The whole lines that are there; none when there is no file yet.</summary>
    public static string[] Lines(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var text = File.ReadAllText(path);
                return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
            catch (FileNotFoundException)
            {
                return [];
            }
            catch (IOException) when (attempt < 1000)
            {
                // A writer has the lock.
                Thread.Sleep(1);
            }
        }
    }
}
