using System.Diagnostics;
using System.Globalization;

namespace QCluster.Model.Faults;

/// <summary>
/// Injects the fault in the environment variable <c>QCLUSTER_FAULT</c>, to check that the promises hold. Without it,
/// as usual, passing a point costs one read of a constant.
/// </summary>
internal static class FaultPoint
{
    private static readonly InvalidSettingException? Problem;
    private static readonly FaultSpecification? Fault = Read(out Problem);

    private static int _passed;
    private static int _happened;

    /// <summary>Checks the fault in the environment.</summary>
    /// <exception cref="InvalidSettingException">The fault does not have the right form.</exception>
    public static void Check()
    {
        if (Problem is not null)
            throw Problem;
    }

    /// <param name="point">The point that the process passes.</param>
    /// <param name="drop">Cuts the connection of the next step.</param>
    public static void Pass(CrashPoint point, Action? drop = null)
    {
        if (Fault is not null && Fault.Point == point)
            Happen(Fault, drop);
    }

    private static FaultSpecification? Read(out InvalidSettingException? problem)
    {
        problem = null;
        try
        {
            return Environment.GetEnvironmentVariable(FaultSpecification.Variable) is { Length: > 0 } text ? FaultSpecification.Parse(text) : null;
        }
        catch (InvalidSettingException e)
        {
            // Thrown here, it would come as the failure of a type.
            problem = e;
            return null;
        }
    }

    private static void Happen(FaultSpecification fault, Action? drop)
    {
        if (Interlocked.Increment(ref _passed) <= fault.After || !MayHappen(fault))
            return;
        Interlocked.Exchange(ref _passed, 0);
        switch (fault.Action)
        {
            case FaultAction.Kill:
                using (var self = Process.GetCurrentProcess())
                    self.Kill();
                // The signal takes a moment; nothing may happen in it.
                Thread.Sleep(Timeout.Infinite);
                break;
            case FaultAction.Delay:
                Thread.Sleep(fault.Delay);
                break;
            case FaultAction.Drop:
                drop?.Invoke();
                break;
        }
    }

    private static bool MayHappen(FaultSpecification fault)
    {
        if (fault.Folder is null)
            return Interlocked.Increment(ref _happened) <= fault.Times;
        for (var i = 1; i <= fault.Times; i++)
        {
            try
            {
                using var mark = new FileStream(Path.Combine(fault.Folder, string.Create(CultureInfo.InvariantCulture, $"fault-{i}")), FileMode.CreateNew);
                return true;
            }
            catch (IOException)
            {
                // Another process, or an earlier life of this one, has had it.
            }
        }

        return false;
    }
}
