using System.Buffers.Binary;
using System.Diagnostics;

namespace QCluster.Tests.Wire;

/// <summary>Another implementation, in a process of its own, to which values are given as frames: four bytes of length, big-endian, then as many of MessagePack. It answers in frames.</summary>
internal static class PeerProcess
{
    /// <summary>What a script exits with that lacks its library.</summary>
    public const int LibraryMissing = 42;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Pairs of frames: the bytes, and what the peer sees in them as text.</summary>
    /// <param name="program">What runs the script.</param>
    /// <param name="arguments">The script.</param>
    /// <param name="folder">Where it runs; null = here.</param>
    /// <param name="remedy">What to do when the program or its library is missing.</param>
    /// <param name="values">The values to give to it.</param>
    public static (byte[] Bytes, string Text)[] Converse(string program, string[] arguments, string? folder, string remedy, byte[][] values)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var process = Start(start, remedy);
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        var copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        try
        {
            Span<byte> length = stackalloc byte[4];
            foreach (var value in values)
            {
                BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
                process.StandardInput.BaseStream.Write(length);
                process.StandardInput.BaseStream.Write(value);
            }

            process.StandardInput.Close();
        }
        catch (IOException e)
        {
            TestContext.Out.WriteLine($"{program} stopped reading: {e.Message}");
        }

        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"{program} did not answer within {Patience.TotalSeconds} seconds.");
        }

        copying.Wait();
        if (process.ExitCode == LibraryMissing)
            Assert.Fail($"{program} lacks its MessagePack library: {remedy}.");
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return Frames(output.ToArray()).Chunk(2).Select(static pair => (pair[0], System.Text.Encoding.UTF8.GetString(pair[1]))).ToArray();
    }

    private static Process Start(ProcessStartInfo start, string remedy)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new AssertionException($"{start.FileName} does not start ({e.Message}): {remedy}.", e);
        }
    }

    private static IEnumerable<byte[]> Frames(byte[] data)
    {
        for (var at = 0; at < data.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at));
            yield return data[(at + 4)..(at + 4 + length)];
            at += 4 + length;
        }
    }
}
