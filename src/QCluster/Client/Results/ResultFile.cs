using System.Diagnostics.CodeAnalysis;

namespace QCluster.Client.Results;

/// <summary>Results in a file, as the setting names one: <c>sqlite:PATH</c>.</summary>
internal static class ResultFile
{
    public const string Scheme = "sqlite:";

    private const string Remedy = "write sqlite:PATH with the path of a file, such as sqlite:/var/lib/qcluster/results.db";

    public static bool IsNamedBy([NotNullWhen(true)] string? results) => results is not null && results.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same with an absolute path: the processes of a cluster need not share a current folder.</summary>
    [return: NotNullIfNotNull(nameof(results))]
    public static string? Absolute(string? results) => IsNamedBy(results) && IsPath(results[Scheme.Length..]) ? Scheme + PathOf(results) : results;

    /// <exception cref="InvalidSettingException">It has no path that can be used.</exception>
    public static string PathOf(string results)
    {
        var path = results[Scheme.Length..];
        return IsPath(path) ? Path.GetFullPath(path) : throw new InvalidSettingException("results", results, Remedy);
    }

    /// <exception cref="InvalidSettingException">There can be no such file. Whether it is a database is seen when it is opened.</exception>
    public static void Check(string results)
    {
        var path = PathOf(results);
        if (Directory.Exists(path))
            throw new InvalidSettingException("results", results, $"{path} is a folder; {Remedy}");
        if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
            throw new InvalidSettingException("results", results, $"the folder {folder} does not exist; create it, or name a file in another one");
    }

    /// <summary>A file name at the end, and no host: other programs write <c>sqlite:///relative</c>, which would be another file here.</summary>
    private static bool IsPath(string path) =>
        path.Length > 0 && path.IndexOf('\0', StringComparison.Ordinal) < 0 && !path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith(@"\\", StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(Path.GetFileName(path)) && path != ":memory:";
}
