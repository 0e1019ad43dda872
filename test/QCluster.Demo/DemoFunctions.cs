using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace QCluster.Demo;

/// <summary>Functions that behave, and misbehave, on demand.</summary>
public static class DemoFunctions
{
    [TaskFunction("demo.echo")]
    public static object? Echo(object? x) => x;

    /// <summary>Sleeps, and wakes at once when it is told to stop.</summary>
    [TaskFunction("demo.sleep")]
    public static async Task<double> Sleep(double s, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(s), cancellationToken);
        return s;
    }

    /// <summary>Keeps a processor busy and heeds nothing; for ever when s is not positive.</summary>
    [TaskFunction("demo.spin")]
    public static double Spin(double s)
    {
        var started = Stopwatch.GetTimestamp();
        while (s <= 0 || Stopwatch.GetElapsedTime(started).TotalSeconds < s)
            Thread.SpinWait(1000);
        return s;
    }

    /// <summary>Blocks the thread pool of its process with so many work items that sleep.</summary>
    [TaskFunction("demo.starve")]
    public static void Starve(int items, double s)
    {
        for (var i = 0; i < items; i++)
            ThreadPool.UnsafeQueueUserWorkItem(static seconds => Thread.Sleep(TimeSpan.FromSeconds(seconds)), s, preferLocal: false);
    }

    [TaskFunction("demo.fail")]
    public static void Fail(string msg) => throw new InvalidOperationException(msg);

    [TaskFunction("demo.log")]
    public static void Log(string text, ILoggerFactory loggers) => DemoLog.Said(loggers.CreateLogger("QCluster.Demo"), text);

    [TaskFunction("demo.exit")]
    public static void Exit(int code) => Environment.Exit(code);

    [TaskFunction("demo.stack_overflow")]
    public static int StackOverflow() => Deeper(0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Deeper(int depth) => depth < 0 ? 0 : Deeper(depth + 1) + 1;

    /// <summary>Takes that much memory, touches all of it and keeps it during the call.</summary>
    [TaskFunction("demo.allocate")]
    public static int Allocate(int mb)
    {
        var blocks = new List<byte[]>(mb);
        for (var i = 0; i < mb; i++)
        {
            var block = GC.AllocateUninitializedArray<byte>(1 << 20);
            block.AsSpan().Fill(1);
            blocks.Add(block);
        }

        return blocks.Count;
    }

    /// <summary>Waits, then adds one line to a file. The file is locked meanwhile, since processes that append at once would write over one another.</summary>
    [TaskFunction("demo.append")]
    public static async Task Append(string path, string line, int ms = 0)
    {
        await Task.Delay(ms);
        while (true)
        {
            try
            {
                await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
                await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
                return;
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process has the lock.
                await Task.Delay(1);
            }
        }
    }

    /// <summary>Reports each of n steps.</summary>
    [TaskFunction("demo.progress")]
    public static async Task<int> Progress(int n, TaskContext task)
    {
        for (var i = 1; i <= n; i++)
        {
            await Task.Delay(10, task.CancellationToken);
            task.ReportProgress((double)i / n, "at work");
        }

        return n;
    }
}
