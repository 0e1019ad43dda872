using System.Globalization;
using System.Text;

namespace QCluster.Model.Errors;

/// <summary>
/// The text of an exception. Its members may be the user's own code and throw, return null, or return megabytes; none of that may affect
/// the recording of the exception.
/// </summary>
internal static class ExceptionText
{
    private const int MaxInnerMessage = 1_000;
    private const int MaxInner = 10;
    private const int MaxWhole = 100_000;
    private const string ThunkFrame = "(ArgumentFrame&";
    private static readonly string[] CallingFrames = ["QCluster.Execution.", "QCluster.Client.Inline.", "QCluster.Hosting.Worker.", "QCluster.Hosting.Apps.", "System.Runtime.CompilerServices."];
    private static readonly string[] FrameworkFrames =
    [
        "QCluster.Wire.", "System.Text.Json.", "Microsoft.Extensions.DependencyInjection.", "System.Reflection.", "System.RuntimeMethodHandle.", "System.RuntimeType.",
        "InvokeStub_", "lambda_method",
    ];

    /// <summary>The message of an exception, or the reason why there is none.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception e)
        {
            return $"(its message could not be read: {e.GetType().Name})";
        }
    }

    /// <summary>The stack trace of an exception with its inner exceptions, as in <see cref="Exception.ToString"/>, without the frames that call task functions; null if there is none.</summary>
    public static string? StackOf(Exception exception)
    {
        var text = new StringBuilder();
        var left = MaxInner;
        AppendInner(text, exception, ref left);
        AppendStack(text, exception);
        return text.Length == 0 ? null : text.ToString().TrimEnd();
    }

    /// <summary>All of it, for a log.</summary>
    public static string Of(Exception exception)
    {
        var stack = StackOf(exception);
        return Cut($"{exception.GetType()}: {MessageOf(exception)}{(stack is null ? "" : Environment.NewLine + stack)}", MaxWhole);
    }

    /// <summary>Returns at most <paramref name="most"/> characters of a text: the beginning of a longer one, with a note of its length.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var note = string.Create(CultureInfo.InvariantCulture, $"... (cut: it had {text.Length:N0} characters)");
        var kept = Math.Max(0, most - note.Length);
        if (kept > 0 && char.IsHighSurrogate(text[kept - 1]))
            kept--;
        return string.Concat(text.AsSpan(0, kept), note);
    }

    private static void AppendInner(StringBuilder text, Exception exception, ref int left)
    {
        IReadOnlyList<Exception> inner = exception is AggregateException several ? several.InnerExceptions : exception.InnerException is { } one ? [one] : [];
        foreach (var within in inner)
        {
            if (left == 0)
            {
                text.AppendLine("   (more inner errors omitted)");
                return;
            }

            left--;
            text.Append(" ---> ").Append(within.GetType()).Append(": ").AppendLine(Cut(MessageOf(within), MaxInnerMessage));
            AppendInner(text, within, ref left);
            AppendStack(text, within);
            text.AppendLine("   --- End of inner exception stack trace ---");
        }
    }

    private static void AppendStack(StringBuilder text, Exception exception)
    {
        string? stack;
        try
        {
            stack = exception.StackTrace;
        }
        catch (Exception e)
        {
            stack = $"   (its stack trace could not be read: {e.GetType().Name})";
        }

        if (!string.IsNullOrEmpty(stack))
            text.AppendLine(UsersPart(stack));
    }

    /// <summary>Removes the outermost frames that are not the user's. An error of ours that never reached the user's code keeps them.</summary>
    private static string UsersPart(string stack)
    {
        var lines = stack.Split('\n');
        var ours = Outermost(lines, lines.Length, IsCalling);
        if (ours == 0)
            return stack;
        var framework = Outermost(lines, ours, static line => IsCalling(line) || IsOf(line, FrameworkFrames) || IsEmitted(line));
        return string.Join('\n', lines, 0, framework == 0 ? ours : framework).TrimEnd('\r');
    }

    private static int Outermost(string[] lines, int end, Func<string, bool> goes)
    {
        while (end > 0 && goes(lines[end - 1]))
            end--;
        return end;
    }

    private static bool IsCalling(string line) =>
        string.IsNullOrWhiteSpace(line) || line.Contains(ThunkFrame, StringComparison.Ordinal) || line.StartsWith("--- End of stack trace", StringComparison.Ordinal) || IsOf(line, CallingFrames);

    /// <summary>Code emitted by a serialiser or container belongs to no class.</summary>
    private static bool IsEmitted(string line)
    {
        var end = line.IndexOf('(', StringComparison.Ordinal);
        return end > 0 && line.AsSpan().TrimStart().StartsWith("at ", StringComparison.Ordinal) && !line.AsSpan(0, end).Contains('.');
    }

    private static bool IsOf(string line, string[] beginnings)
    {
        const string at = "at ";
        var frame = line.AsSpan().TrimStart();
        if (!frame.StartsWith(at, StringComparison.Ordinal))
            return false;
        foreach (var beginning in beginnings)
        {
            if (frame[at.Length..].StartsWith(beginning, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
