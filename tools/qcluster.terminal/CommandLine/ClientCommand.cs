using System.CommandLine;

namespace QCluster.Terminal.CommandLine;

/// <summary>The common part of verbs that work with a client: their own arguments and options, the connection's options, and the client while they run.</summary>
internal static class ClientCommand
{
    /// <summary>Adds a verb's own arguments and options, in this order, and behind them the options of the connection.</summary>
    public static Connection Connect(this Command command, params IEnumerable<Symbol> own)
    {
        foreach (var symbol in own)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }

        return new Connection(command);
    }

    /// <summary>Adds a setting as an option.</summary>
    public static Connection With(this Connection connection, string name, string description)
    {
        connection.Add<string?>(name, description);
        return connection;
    }

    public static Connection WithQueue(this Connection connection, string description = "The queue. Default: default.") => connection.With("queue", description);

    public static Connection WithResults(this Connection connection, string description = "The database of results, if any.") => connection.With("results", description);

    /// <summary>Says what the verb does, with a client that is disposed of when it has done so.</summary>
    public static Command Run(this Connection connection, Func<QClusterClient, ParseResult, CancellationToken, Task<int>> act)
    {
        connection.Command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            return await act(client, parsed, cancellationToken);
        });
        return connection.Command;
    }
}
