using System.Data.Common;

namespace QCluster.Client.Results.Sql;

internal static class SqlCommands
{
    public static DbCommand Command(this DbConnection connection, string sql, IEnumerable<KeyValuePair<string, object>> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // All that comes from outside is in the parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static async Task<int> ExecuteAsync(this DbConnection connection, string sql, IEnumerable<KeyValuePair<string, object>> parameters, CancellationToken cancellationToken)
    {
        var command = connection.Command(sql, parameters);
        await using var disposed = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public static async Task<long> NumberAsync(this DbConnection connection, string sql, IEnumerable<KeyValuePair<string, object>> parameters, CancellationToken cancellationToken)
    {
        var command = connection.Command(sql, parameters);
        await using var disposed = command.ConfigureAwait(false);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task<List<T>> RowsAsync<T>(this DbConnection connection, string sql, IEnumerable<KeyValuePair<string, object>> parameters, Func<DbDataReader, T> row, CancellationToken cancellationToken)
    {
        var command = connection.Command(sql, parameters);
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(row(reader));
        return rows;
    }
}
