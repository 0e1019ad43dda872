namespace QCluster.Embedded.Storage;

/// <summary>The first failure of a disk. After it the server must end: memory has what the files do not.</summary>
internal sealed class StorageFailure
{
    private string? _problem;

    /// <summary>What happened; null when nothing did.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public void Report(string file, Exception error) => Interlocked.CompareExchange(ref _problem, $"'{file}': {error.Message}", null);

    /// <exception cref="IOException">There was one.</exception>
    public void Throw()
    {
        if (Problem is { } problem)
            throw new IOException($"The embedded server cannot write its data: {problem} Make room or mend the disk; all that it has answered is kept.");
    }
}
