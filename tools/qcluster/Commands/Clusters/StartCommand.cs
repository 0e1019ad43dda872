using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
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

    public static Command Create()
    {
        var command = new Command("start", "Run a cluster in the foreground. Ctrl-C or SIGTERM lets the running tasks finish within the grace and stops; a second one stops at once. Exit code 0; 1 when it could not work.");
        var connection = new Connection(command);
        connection.Add<string[]>("app", "An assembly with task functions (a built .dll); may be given several times.");
        connection.Add<string[]>("queue", "A queue to serve; may be given several times. Default 'default'.");
        connection.Add<string?>("workers", "Worker processes. Default: the number of processors.");
        connection.Add<string?>("concurrency", "Tasks at a time in one worker process. Default 8.");
        connection.Add<string?>("reserve-normal", "How many more tasks a worker runs at a time with one more of normal priority or above. Default 0.");
        connection.Add<string?>("reserve-high", "The same for high priority and above, beyond that. Default 0.");
        connection.Add<string?>("reserve-critical", "The same for critical priority: so many start at once though all other places are taken. Default 64.");
        connection.Add<string?>("low-share", "Which part of what is handed out is of low priority while higher tasks wait too, 0 to 0.5. Default 0.");
        connection.Add<string?>("process-workers", "Worker processes for tasks that get one to themselves, started when the first such task comes. Default: the number of processors.");
        connection.Add<bool>("process-warm", "Start those with the cluster.");
        connection.Add<string?>("timeout", "How long a task may run unless its call says otherwise. Default: as long as it likes.");
        connection.Add<string?>("max-age", "Refuse tasks that were made longer ago than this. Default any age.");
        connection.Add<string?>("grace", "How long a task that was told to stop may go on, and a stopping cluster. Default 5s.");
        connection.Add<string?>("recycle", "Replace a worker after so many tasks; 0 = never. Default 10000.");
        connection.Add<string?>("max-rss", "Replace a worker that uses more memory than this, e.g. 500M. Default: no limit.");
        connection.Add<string?>("max-lost", "Give a task up after it lost so many workers. Default 3.");
        connection.Add<string?>("max-attempts", "How often a task may fail before it has failed for good, unless its call or function says; 0 = any number of times. Default 1.");
        connection.Add<string?>("retry-backoff", "The longest pause after a task's first failure; it doubles with each further one. Default 1s.");
        connection.Add<string?>("retry-backoff-max", "What that pause never passes. Default 10m.");
        connection.Add<string?>("dead-ttl", "How long the record of a task that was given up is kept at least. Default 30d.");
        connection.Add<string?>("scheduler", "off: do not fire schedules. Default on.");
        connection.Add<string?>("catch-up", "What becomes of the slots of a schedule that were missed, as no cluster ran, unless the schedule says: latest (or true), all, or none (or false). Default latest.");
        connection.Add<string?>("smtp", "The server for error mails: smtp://host:587 (STARTTLS), or smtps://host for TLS from the first byte. With a password better given as QCLUSTER_SMTP. Default: no mails.");
        connection.Add<string[]>("error-mail-to", "Whom those mails go to; may be given several times.");
        connection.Add<string?>("error-mail-from", "Whom they come from. Default qcluster@ and the name of the machine.");
        connection.Add<string?>("error-mail-subject", "Their subject, with {name}, {func}, {id}, {queue}, {host}, {label} and {error}.");
        connection.Add<string?>("error-mail-limit", "How many are sent in a minute at most. Default 10.");
        connection.Add<string?>("results", "A database for the records of uncached tasks: postgres://user:password@host:port/database. Better given as QCLUSTER_RESULTS than on a command line.");
        connection.Add<string?>("save-limit", "Without a database: how many uncached successes, and failures, are kept; 0 = all for result_ttl, -1 = no successes. Default 250.");
        connection.Add<string?>("keep-successes", "How long the database keeps successes. Default: for ever.");
        connection.Add<string?>("keep-success-count", "How many successes the database keeps. Default: all.");
        connection.Add<string?>("keep-failures", "How long the database keeps failures. Default: for ever.");
        connection.Add<string?>("keep-failure-count", "How many failures the database keeps. Default: all.");
        connection.Add<bool>("cached", "Keep every task's record in Redis for result_ttl, unless its call says otherwise.");
        connection.Add<string?>("result-ttl", "How long records are kept. Default 1d.");
        connection.Add<string?>("heartbeat-ttl", "After how long without a sign of life others take this cluster's tasks. Default 10s.");
        connection.Add<string?>("guard-cycle", "How often the sentinel looks after its processes. Default 500ms.");
        connection.Add<string?>("max-packet-bytes", "The largest packet accepted. Default 16777216.");
        connection.Add<string?>("label", "A text shown with this cluster.");
        connection.Add<string?>("log-level", "What is logged at least: trace, debug, info, warn, error, critical or none. Default info.");
        connection.Add<string?>("log-format", "text, or json: one object a line. Default text.");
        connection.Add<bool>("compress", "Compress large packets and outcomes.");
        connection.Add<string?>("wait-for-redis", "Wait at the start for a Redis that is unavailable, or fail. Default true.");
        connection.Add<bool>("allow-eviction", "Start on a Redis whose maxmemory-policy evicts keys, although tasks or results may be lost.");
        connection.Add<bool>("run-once", "Stop once the queues are empty and all tasks are done.");

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
            await using var redis = settings.NamesRedis ? null : await PrivateRedis.StartIfNeededAsync(options.Redis, logger);
            // A sentinel makes so little garbage that it would gather for hours, tens of megabytes of it, before the runtime looked.
            using var tidying = new Timer(static _ => GC.Collect(0), null, Tidying, Tidying);
            if (OperatingSystem.IsWindows() && WindowsServiceRun.IsService)
                return await WindowsServiceRun.RunAsync(options, settings.Text(LogLevels.Setting) is null ? LogLevel.Warning : level);
            using var logs = new ChildLogs(loggers.CreateLogger, loggers.CreateLogger, logger, level);
            await using var sentinel = new SentinelProcess(options, logger, logs);
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
