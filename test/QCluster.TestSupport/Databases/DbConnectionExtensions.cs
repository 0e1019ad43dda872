using System.Data.Common;

namespace QCluster.TestSupport.Databases;

internal static class DbConnectionExtensions
{
    /// <summary>Opens a connection, or disposes it.</summary>
    public static async Task<T> OpenedAsync<T>(this T connection)
        where T : DbConnection
    {
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
