using System.CommandLine;
using QCluster.Terminal.Monitor;
using QCluster.Tool.Commands.Clusters;
using QCluster.Tool.Commands.Groups;
using QCluster.Tool.Commands.Lab;
using QCluster.Tool.Commands.Queues;
using QCluster.Tool.Commands.Schedules;
using QCluster.Tool.Commands.Tasks;

namespace QCluster.Tool.Commands;

internal static class CommandList
{
    public static IEnumerable<Command> All() =>
    [
        StartCommand.Create(),
        AsyncCommand.Create(),
        ResultCommand.Create(),
        FetchCommand.Create(),
        ChainCommand.Create(),
        IterCommand.Create(),
        GroupCommand.Create(),
        CancelCommand.Create(),
        TaskCommand.CreateOne(),
        TaskCommand.CreateList(),
        RetryCommand.Create(),
        DeadCommand.Create(),
        ScheduleCommand.Create(),
        PurgeCommand.Create(),
        FinishedCommand.Create(succeeded: true),
        FinishedCommand.Create(succeeded: false),
        QueuesCommand.Create(),
        MoveCommand.Create(),
        PauseCommand.CreatePause(),
        PauseCommand.CreateResume(),
        InfoCommand.Create(),
        MemoryCommand.Create(),
        HealthCommand.Create(),
        MonitorCommand.Create("monitor"),
        WhyCommand.Create(),
        DoctorCommand.Create(),
        BenchCommand.Create(),
        TortureCommand.Create(),
        CompletionCommand.Create(),
        CompletionCommand.CreateComplete(),
    ];
}
