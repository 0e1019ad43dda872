namespace QCluster.Demo;

/// <summary>Counts words as <c>wc -w</c> does.</summary>
public static class WordCount
{
    /// <summary>A word is a run of printing characters between white space; bytes that are neither end no word and begin none.</summary>
    [TaskFunction("demo.word_count")]
    public static async Task<WordCountResult> Count(string path, TaskContext task)
    {
        var words = 0L;
        var inWord = false;
        var buffer = new byte[64 * 1024];
        await using var file = File.OpenRead(path);
        for (int read; (read = await file.ReadAsync(buffer, task.CancellationToken)) > 0;)
        {
            foreach (var b in buffer.AsSpan(0, read))
            {
                if (b is (byte)' ' or (>= 9 and <= 13))
                {
                    inWord = false;
                }
                else if (!inWord && b is > 32 and < 127)
                {
                    inWord = true;
                    words++;
                }
            }
        }

        return new WordCountResult(path, words, Environment.ProcessId);
    }
}
