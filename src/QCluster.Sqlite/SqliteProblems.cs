using Microsoft.Data.Sqlite;
using QCluster.Client.Results.Sql;
using SQLitePCL;

namespace QCluster.Sqlite;

/// <summary>What the driver's errors mean for the user of a file.</summary>
internal static class SqliteProblems
{
    private const string OtherFile = "or name another file (setting 'results')";

    public static SqlProblem? Explain(Exception error, string path) => error switch
    {
        SqliteException e => Explain(e, path),
        FileNotFoundException => new(SqlProblemKind.NoTables, "has been removed", "The next call creates it again."),
        NotSupportedException => new(SqlProblemKind.Setting, "cannot be shared by processes: its file system has no shared memory, as on a network share", "Name a file on a disk of this machine (setting 'results')."),
        DllNotFoundException or TypeInitializationException => new(SqlProblemKind.Setting, $"cannot be used: the native library of SQLite does not load here ({error.GetBaseException().Message})", "Use a platform that SQLitePCLRaw supports, or a server (setting 'results')."),
        InvalidOperationException or IOException or UnauthorizedAccessException => new(SqlProblemKind.Passing, $"cannot be used: {error.Message}", "Look at the disk."),
        _ => null,
    };

    private static SqlProblem Explain(SqliteException error, string path)
    {
        var detail = $"{raw.sqlite3_errstr(error.SqliteExtendedErrorCode).utf8_to_string()}, SQLite error {error.SqliteExtendedErrorCode}";
        var folder = System.IO.Path.GetDirectoryName(path);
        return error.SqliteErrorCode switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(SqlProblemKind.Passing, "is locked by another process", "End what holds it, such as a shell with an open transaction, a backup or a copy of the file."),
            raw.SQLITE_FULL => new(SqlProblemKind.Passing, "cannot grow: the disk is full", "Free some space; keep_successes and keep_success_count limit how much is needed."),
            raw.SQLITE_CANTOPEN when Directory.Exists(path) => new(SqlProblemKind.Setting, "is a folder", $"Name a file in it (setting 'results')."),
            raw.SQLITE_CANTOPEN when !Directory.Exists(folder) => new(SqlProblemKind.Setting, $"cannot be opened: the folder {folder} does not exist", $"Create it, {OtherFile}."),
            raw.SQLITE_CANTOPEN => new(SqlProblemKind.Setting, $"cannot be opened by the user {Environment.UserName} ({detail})", $"Give this user the right to write {folder} and the files in it, {OtherFile}."),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => new(SqlProblemKind.Setting, $"cannot be written by the user {Environment.UserName} ({detail})", $"Give this user the right to write {folder} and the files in it, {OtherFile}."),
            raw.SQLITE_NOTADB => new(SqlProblemKind.Setting, "is no SQLite database", "Name another file (setting 'results'); this one has not been changed."),
            raw.SQLITE_CORRUPT => new(SqlProblemKind.Setting, $"is damaged ({detail})", "Rescue what can be read with the command '.recover' of the sqlite3 shell and put that in its place, " + OtherFile + "."),
            raw.SQLITE_ERROR when error.Message.Contains("no such table", StringComparison.Ordinal) => new(SqlProblemKind.NoTables, "has lost its tables", "The next call creates them again."),
            _ => new(SqlProblemKind.Passing, $"cannot be used: {detail}", "Look at the disk and at the rights of the folder."),
        };
    }
}
