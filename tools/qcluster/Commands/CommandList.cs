using System.CommandLine;

namespace QCluster.Tool.Commands;

internal static class CommandList
{
    public static IEnumerable<Command> All() =>
    [
        StartCommand.Create(),
        AsyncCommand.Create(),
        ResultCommand.Create(),
        FetchCommand.Create(),
        CancelCommand.Create(),
        QueuesCommand.Create(),
        InfoCommand.Create(),
        HealthCommand.Create(),
    ];
}
