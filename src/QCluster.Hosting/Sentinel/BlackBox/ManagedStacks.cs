using System.Diagnostics.Tracing;
using System.Text;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// What the threads of another .NET process are doing, asked of its runtime: that answers even when every thread of the process
/// hangs. For the record of a task whose process is about to be killed.
/// </summary>
internal static class ManagedStacks
{
    private const string Profiler = "Microsoft-DotNETCore-SampleProfiler";
    private const int BufferMegabytes = 16;
    private const int MostThreads = 10;
    private const int MostFrames = 30;
    private const int MostCharacters = 8_000;
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private static readonly string[] OurModules = ["QCluster", "QCluster.Hosting", "QCluster.Postgres", "QCluster.Tool"];

    /// <summary>Ends within its time, whatever state the process is in; then with the reason why nothing was seen.</summary>
    public static async Task<string> TakeAsync(int processId)
    {
        var folder = Directory.CreateTempSubdirectory("qcluster-stacks-");
        // A thread of its own: the other side may never answer, and reading cannot be cancelled.
        var taking = Task.Factory.StartNew(() => Take(processId, folder.FullName), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _ = taking.ContinueWith(_ => folder.Delete(recursive: true), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            return await taking.WaitAsync(Limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return $"(The runtime of process {processId} did not tell within {Limit.TotalSeconds:0} s what its threads were doing.)";
        }
#pragma warning disable CA1031 // Whatever goes wrong here, the process must be killed all the same.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"(What the threads of process {processId} were doing could not be seen: {e.Message})";
        }
    }

    private static string Take(int processId, string folder)
    {
        var trace = Path.Combine(folder, "threads.nettrace");
        var client = new DiagnosticsClient(processId);
        using (var session = client.StartEventPipeSession([new EventPipeProvider(Profiler, EventLevel.Informational)], requestRundown: true, BufferMegabytes))
        using (var file = File.Create(trace))
        {
            var copying = session.EventStream.CopyToAsync(file);
            Thread.Sleep(Sampling);
            session.Stop();
            copying.GetAwaiter().GetResult();
        }

        using var log = new TraceLog(TraceLog.CreateFromEventPipeDataFile(trace));
        var last = new Dictionary<int, TraceCallStack>();
        foreach (var data in log.Events)
        {
            if (data.ProviderName == Profiler && data.CallStack() is { } stack)
                last[data.ThreadID] = stack;
        }

        var stacks = last.Select(s => (Thread: s.Key, Frames: FramesOf(s.Value))).ToArray();
        // Those in code of somebody else's: the others are waiting for work.
        var busy = stacks.Where(s => s.Frames.Exists(f => IsForeign(f.CodeAddress.ModuleName))).ToArray();
        return Text(busy.Length > 0 ? busy : stacks);
    }

    private static bool IsForeign(string module) =>
        module.Length > 0 && !module.StartsWith("System.", StringComparison.Ordinal) && !module.StartsWith("Microsoft.", StringComparison.Ordinal) && !OurModules.Contains(module, StringComparer.OrdinalIgnoreCase);

    private static List<TraceCallStack> FramesOf(TraceCallStack stack)
    {
        var frames = new List<TraceCallStack>();
        for (var at = stack; at is not null && frames.Count < MostFrames; at = at.Caller)
        {
            if (at.CodeAddress.FullMethodName.Length > 0)
                frames.Add(at);
        }

        return frames;
    }

    private static string Text((int Thread, List<TraceCallStack> Frames)[] stacks)
    {
        var text = new StringBuilder();
        foreach (var (thread, frames) in stacks.Take(MostThreads))
        {
            text.Append("Thread ").Append(thread).AppendLine(":");
            foreach (var frame in frames)
                text.Append("   at ").AppendLine(frame.CodeAddress.FullMethodName);
        }

        return text.Length <= MostCharacters ? text.ToString() : text.ToString(0, MostCharacters) + "...";
    }
}
