using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace QCluster.Demo;

/// <summary>What users' code does to a worker without meaning to.</summary>
public static class OddFunctions
{
    private static readonly AsyncLocal<string?> Tenant = new();

    /// <summary>Says what a task before it left behind, and leaves something itself.</summary>
    [TaskFunction("odd.tenant")]
    public static string? SwapTenant(string next)
    {
        var was = Tenant.Value;
        Tenant.Value = next;
        return was;
    }

    [TaskFunction("odd.pid")]
    public static int Pid() => Environment.ProcessId;

    /// <summary>Throws what cannot be written down.</summary>
    [TaskFunction("odd.mute")]
    public static void Mute() => throw new MuteException();

    [TaskFunction("odd.loud")]
    public static void Loud(int length) => throw new InvalidOperationException(new string('x', length));

    [TaskFunction("odd.culture")]
    public static string Format(string culture, double value) => value.ToString("N2", new CultureInfo(culture));

    /// <summary>Starts a program with a child of its own and waits for it, whatever it is told.</summary>
    [TaskFunction("odd.shell")]
    public static async Task Shell(string seconds)
    {
        using var shell = Process.Start("sh", ["-c", $"sleep {seconds} & sleep {seconds}"]);
        await shell.WaitForExitAsync();
    }

    /// <summary>Starts a program that outlives the one that started it.</summary>
    [TaskFunction("odd.daemon")]
    public static async Task Daemon(string seconds)
    {
        using var shell = Process.Start("sh", ["-c", $"sleep {seconds} & exit 0"]);
        await shell.WaitForExitAsync();
    }

    /// <summary>Awaits something that never comes, some calls deep.</summary>
    [TaskFunction("odd.forever")]
    public static async Task Forever()
    {
        var order = new TaskCompletionSource();
        await WaitForStock(order.Task);
        GC.KeepAlive(order);
    }

    [TaskFunction("odd.flood")]
    public static void Flood(int entries, int length, ILogger logger)
    {
        var text = new string('x', length);
        for (var i = 0; i < entries; i++)
            OddLog.Flooded(logger, i, text);
    }

    /// <summary>One line on stderr without an end.</summary>
    [TaskFunction("odd.long_line")]
    public static void LongLine(int length) => Console.Error.WriteLine(new string('x', length));

    [TaskFunction("odd.log")]
    public static void Log(ILogger logger)
    {
        using (logger.BeginScope("order {Order}", 4711))
            OddLog.Failed(logger, new IOException("the disk"), "invoice");
    }

    private static async Task WaitForStock(Task order) => await WaitForSupplier(order);

    private static async Task WaitForSupplier(Task order)
    {
        await order;
        throw new InvalidOperationException("It came.");
    }

    private sealed class MuteException : Exception
    {
        public override string Message => throw new NotSupportedException();

        public override string ToString() => throw new NotSupportedException();
    }
}
