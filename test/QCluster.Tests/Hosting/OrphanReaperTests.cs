using System.Diagnostics;
using System.Runtime.InteropServices;
using QCluster.Hosting.Sentinel;

namespace QCluster.Tests.Hosting;

/// <summary>What the first process of a container inherits. Here this process inherits it, as a subreaper.</summary>
internal sealed partial class OrphanReaperTests
{
    private const int SetChildSubreaper = 36;

    [Test]
    [Platform("Linux")]
    public async Task Foreign_children_are_reaped_and_own_ones_keep_their_exit_codes()
    {
        Assert.That(Control(SetChildSubreaper, 1, 0, 0, 0), Is.Zero);
        try
        {
            using (var shell = Process.Start("sh", ["-c", "sleep 0.1 & sleep 0.1 & exit 0"]))
                await shell.WaitForExitAsync();
            using var own = Process.Start("sh", ["-c", "exit 7"]);
            while (Ended() < 2)
                await Task.Delay(20);
            var reaper = new OrphanReaper();
            reaper.Look(2_000);
            Assert.That(Ended(), Is.GreaterThanOrEqualTo(2), "what has just ended may be the runtime's");
            reaper.Look(4_000);
            Assert.That(Ended(), Is.Zero);
            await own.WaitForExitAsync();
            Assert.That(own.ExitCode, Is.EqualTo(7));
        }
        finally
        {
            _ = Control(SetChildSubreaper, 0, 0, 0, 0);
        }
    }

    /// <summary>Children of this process that have ended and that nobody has waited for.</summary>
    private static int Ended() => Directory.EnumerateDirectories("/proc").Count(static folder =>
    {
        try
        {
            var status = int.TryParse(Path.GetFileName(folder), out _) ? File.ReadAllText(Path.Combine(folder, "stat")) : "";
            var fields = status.Length == 0 ? [] : status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > 1 && fields[0] == "Z" && fields[1] == $"{Environment.ProcessId}";
        }
        catch (IOException)
        {
            return false;
        }
    });

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nint argument, nint second, nint third, nint fourth);
}
