using System.Diagnostics.Tracing;
using System.Text;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Etlx;

namespace QCluster.Hosting.Sentinel.BlackBox;

/// <summary>
/// What the threads of another .NET process are doing, asked of its runtime: that answers even when every thread of the process
/// hangs. For the record of a task whose process is about to be killed. Reading its memory from outside would need the right to attach, and
/// stop the process.
/// </summary>
internal static class ManagedStacks
{
    private const string Profiler = "Microsoft-DotNETCore-SampleProfiler";
    private const int BufferMegabytes = 16;
    private const int MaxThreads = 5;
    private const int MaxFrames = 60;
    private const int MaxFrameworkFrames = 5;
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private static readonly string[] OurModules = ["QCluster", "QCluster.Hosting", "QCluster.Postgres", "QCluster.Tool"];

    /// <summary>Ends within its time, whatever state the process is in; then with the reason why nothing was seen.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="methods">The methods of the task that is of interest; threads that are in one of them are shown alone.</param>
    /// <param name="isAwaiting">It is known what the task awaits: then it is no wonder that no thread is in any of them.</param>
    public static async Task<string> TakeAsync(int processId, string[] methods, bool isAwaiting)
    {
        var folder = Directory.CreateTempSubdirectory("qcluster-stacks-");
        // A thread of its own: the other side may never answer, and reading cannot be cancelled.
        var taking = Task.Factory.StartNew(() => Take(processId, folder.FullName, methods, isAwaiting), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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

    private static string Take(int processId, string folder, string[] methods, bool isAwaiting)
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

        var stacks = last.Select(s => (Thread: s.Key, Frames: FramesOf(s.Value))).Where(s => s.Frames.Length > 0).ToArray();
        var own = Array.FindAll(stacks, s => Array.Exists(s.Frames, f => Array.Exists(methods, m => IsIn(f, m))));
        if (own.Length > 0 || isAwaiting)
            return Text(own);
        return stacks.Length > 0 ? Text(stacks) : "(No thread of the process was in code of its app.)";
    }

    private static bool IsForeign(string module) =>
        module.Length > 0 && !module.StartsWith("System.", StringComparison.Ordinal) && !module.StartsWith("Microsoft.", StringComparison.Ordinal) && !OurModules.Contains(module, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a frame is of a method, or of its state machine, which is a class within the method's.</summary>
    private static bool IsIn(string frame, string method)
    {
        var name = method.LastIndexOf('.');
        frame = frame.Replace('+', '.');
        return name > 0 && (frame.StartsWith(method + "(", StringComparison.Ordinal) || frame.StartsWith($"{method[..name]}.<{method[(name + 1)..]}>d__", StringComparison.Ordinal));
    }

    /// <summary>From the innermost to the outermost of somebody else's; none when there is none: such a thread is idle, or does the runtime's work or ours.</summary>
    private static string[] FramesOf(TraceCallStack stack)
    {
        var frames = new List<(string Method, bool IsForeign)>();
        for (var at = stack; at is not null && frames.Count < MaxFrames; at = at.Caller)
        {
            if (at.CodeAddress.FullMethodName is { Length: > 0 } method)
                frames.Add((method, IsForeign(at.CodeAddress.ModuleName)));
        }

        var first = frames.FindIndex(f => f.IsForeign);
        var skipped = Math.Max(0, first - MaxFrameworkFrames);
        return first < 0 ? [] : [.. frames.Take(frames.FindLastIndex(f => f.IsForeign) + 1).Skip(skipped).Select(f => f.Method)];
    }

    private static string Text((int Thread, string[] Frames)[] stacks)
    {
        var text = new StringBuilder();
        foreach (var (thread, frames) in stacks.Take(MaxThreads))
        {
            if (stacks.Length > 1)
                text.Append("Thread ").Append(thread).AppendLine(":");
            foreach (var frame in frames)
                text.Append("   at ").AppendLine(frame);
        }

        return text.ToString();
    }
}
