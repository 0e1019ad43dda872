using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace QCluster.Sqlite;

/// <summary>Tries again while another process has the file locked. SQLite's own wait cannot be cancelled, so it is short.</summary>
internal static class LockPatience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<T> TryAsync<T>(Func<Task<T>> use, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await use().ConfigureAwait(false);
            }
            catch (SqliteException e) when (IsLocked(e) && TimeProvider.System.GetElapsedTime(started) < Limit)
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public static bool IsLocked(SqliteException error) => error.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
}
