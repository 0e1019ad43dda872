using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using QCluster.Hosting;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Sentinel;
using QCluster.Hosting.Settings;
using QCluster.Mail;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Tool.Start;

namespace QCluster.Tool.Commands.Clusters;

internal static class StartCommand
{
    private static readonly TimeSpan Tidying = TimeSpan.FromMinutes(1);
    private static readonly ClusterOptions Unchanged = new();

    public static Command Create()
    {
        var command = new Command("start", "Run a cluster in the foreground. Ctrl-C or SIGTERM lets the running tasks finish within the grace and stops; a second one stops at once. Exit code 0; 1 when it could not work.");
        var connection = new Connection(command);
        foreach (var setting in ClusterSettings.All)
            connection.Add(setting, setting.DefaultOf(Unchanged));

        command.SetAction(async parsed =>
        {
            var settings = connection.Settings(parsed);
            var options = settings.ReadCluster();
            options.MailSender = typeof(SmtpSender);
            Connection.BeginExport(settings, "sentinel");
            var format = LogFormats.Read(settings.Text(LogFormats.Setting));
            var level = LogLevels.Read(settings.Text(LogLevels.Setting));
            using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(level));
            // Data goes to stdout, and a cluster's log is not data.
            loggers.AddProvider(new StderrLines(level, format));
            var logger = loggers.CreateLogger("qcluster");
            if (!Cultures.AreThere && !Cultures.AreUnwanted)
                logger.LogWarning("There is no ICU library on this machine: tasks run without its cultures (globalization-invariant mode). Install libicu (icu-libs), or set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 to say that none are wanted");
            await using var redis = await ServerChoice.StartIfNeededAsync(settings.Text("redis"), options, logger);
            // A sentinel makes so little garbage that it would gather for hours, tens of megabytes of it, before the runtime looked.
            using var tidying = new Timer(static _ => GC.Collect(0), null, Tidying, Tidying);
            if (OperatingSystem.IsWindows() && WindowsServiceRun.IsService)
                return await WindowsServiceRun.RunAsync(options, settings.Text(LogLevels.Setting) is null ? LogLevel.Warning : level);
            using var logs = new ChildLogs(loggers.CreateLogger, loggers.CreateLogger, logger, level);
            await using var sentinel = new SentinelProcess(options, logger, logs, TimeProvider.System);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
            if (await sentinel.RunAsync() is { } problem)
            {
                await Console.Error.WriteLineAsync("qcluster: " + problem);
                return ExitCode.Failure;
            }

            return ExitCode.Success;

            void Stop(PosixSignalContext context)
            {
                context.Cancel = true;
                sentinel.RequestStop();
            }
        });
        return command;
    }
}
